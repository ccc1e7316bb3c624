/* On a trainer's pages: starts the blocks and their own forms, sends their calls to the draft, and shows what was saved. */
import "./app.js"; // one file to fetch, not two
import { Runtime, start } from "./blocks/contract.js";
import { carryToken } from "./blocks/token.js";

const USAGE = /^block-v1:.+\+type@(.+?)\+block@(.+)$/;

carryToken((path) => path.startsWith("/studio/") && path.includes("/handler/"));

/* Addresses that scripts make name the state that the page was made from, as those in the page do. */
class StudioRuntime extends Runtime {
  handlerUrl(element, handler, suffix, query) {
    const base = element.closest?.("[data-base]")?.dataset.base;
    return super.handlerUrl(element, handler, suffix, [query, base && `base=${base}`].filter(Boolean).join("&"));
  }
}

for (const place of document.querySelectorAll("[data-studio]")) {
  const addressOf = (usage) => {
    const [, type, name] = USAGE.exec(usage) ?? [];
    return `${place.dataset.studio}/block/${type}/${name}/handler`;
  };
  const runtime = new StudioRuntime({ addressOf });
  runtime.listenTo("save", (told) => told?.state === "end" && location.reload());
  start(place, runtime, (element, error) => console.warn(`block ${element.dataset.usageId} did not start:`, error));
}
