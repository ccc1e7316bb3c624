/* On a trainer's pages: starts the blocks and their own forms, sends their calls to the draft, and shows what was saved. */
import "./app.js"; // one file to fetch, not two
import { Runtime, start } from "./blocks/contract.js";
import { carryToken } from "./blocks/token.js";

const USAGE = /^block-v1:.+\+type@(.+?)\+block@(.+)$/;

carryToken((path) => path.startsWith("/studio/") && path.includes("/handler/"));

/* Unsaved changes of a block's form are asked about like those of ours. */
for (const form of document.querySelectorAll("[data-own-form] form")) form.dataset.guard = "";

for (const place of document.querySelectorAll("[data-studio]")) {
  const addressOf = (usage) => {
    const [, type, name] = USAGE.exec(usage) ?? [];
    return `${place.dataset.studio}/block/${type}/${name}/handler`;
  };
  const runtime = new Runtime({ addressOf });
  runtime.listenTo("save", (told) => told?.state === "end" && location.reload());
  start(place, runtime, (element, error) => console.warn(`block ${element.dataset.usageId} did not start:`, error));
}
