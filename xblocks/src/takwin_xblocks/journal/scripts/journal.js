/* Warn before a page is left with words that are not kept; the form itself needs no more than all blocks share. */

import { start } from "../../contract/scripts/block.js";

const changed = new WeakSet(); // roots in which something was typed since the last sending that was taken

function enhance(root) {
  if (changed.has(root)) changed.delete(root); // the inside was replaced: what was sent was taken
  if (root.dataset.journal) return;
  root.dataset.journal = "begun";
  root.addEventListener("input", ({ target }) => target.matches("textarea") && changed.add(root));
  root.addEventListener("coop:unfinished", () => changed.delete(root)); // it is kept as a draft
  addEventListener("beforeunload", (event) => {
    if (root.isConnected && changed.has(root)) event.preventDefault();
  });
}

start("CoopJournal", "journal", enhance);
