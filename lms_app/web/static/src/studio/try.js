/* Starts the blocks of a trial: what they send goes to the address of the trial, which keeps it for its author alone. */
import { Runtime, segment, start } from "../blocks/contract.js";
import { carryToken } from "../blocks/token.js";

/** Start the blocks of the trials below `root`. */
export function begin(root) {
  for (const place of root.querySelectorAll("[data-try]")) {
    const address = `${new URL(place.dataset.try, location.href).pathname}/handler`;
    carryToken((path) => path.startsWith(`${address}/`));
    const runtime = new Runtime({ addressOf: (usage) => `${address}/${segment(usage)}` });
    start(place, runtime, (element, error) => console.warn(`block ${element.dataset.usageId} did not start:`, error));
  }
}
