/* Keep what is typed while the points are ticked, and warn before a page is left with words that are not kept. */

import { start } from "../../contract/scripts/block.js";

const typed = new WeakMap(); // root → texts by field, typed since the last sending that was taken

/** Put back what was typed in answers that are open to be changed: ticking points brings the inside anew, as it is kept. */
function restore(root) {
  for (const [name, text] of typed.get(root)) {
    const area = root.querySelector(`textarea[name="${CSS.escape(name)}"]`);
    if (!area) continue;
    area.value = text;
    const folded = area.closest("details");
    if (folded) folded.open = true;
  }
}

function enhance(root) {
  if (root.dataset.journal) return;
  root.dataset.journal = "begun";
  typed.set(root, new Map());
  root.addEventListener("input", ({ target }) => target.matches("textarea") && typed.get(root).set(target.name, target.value));
  for (const taken of ["kept", "unfinished"]) root.addEventListener(`coop:${taken}`, () => typed.get(root).clear()); // unfinished: it is a draft now
  root.addEventListener("coop:compared", () => restore(root));
  addEventListener("beforeunload", (event) => {
    if (root.isConnected && typed.get(root).size) event.preventDefault();
  });
}

start("CoopJournal", "journal", enhance);
