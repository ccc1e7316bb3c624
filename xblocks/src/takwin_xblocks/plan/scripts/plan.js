/* Print the plan, and keep what was typed in one part while another is saved. */

import { start } from "../../contract/scripts/block.js";

const memories = new WeakMap(); // root → { typed: field name → what was typed and not kept yet, sent: names in the last sending }

function remember(root) {
  const memory = { typed: new Map(), sent: [] };
  memories.set(root, memory);
  const note = ({ target }) => target.form && target.name && memory.typed.set(target.name, target.value);
  root.addEventListener("input", note);
  root.addEventListener("change", note);
  root.addEventListener("submit", (event) => (memory.sent = [...new FormData(event.target).keys()]));
  addEventListener("beforeunload", (event) => {
    if (root.isConnected && memory.typed.size) event.preventDefault();
  });
}

/** The inside was replaced, so the last sending was taken: the page shows it. What was typed elsewhere is put back. */
function restore(root) {
  const { typed, sent } = memories.get(root);
  sent.forEach((name) => typed.delete(name));
  for (const [name, value] of typed) {
    const field = root.querySelector(`[name="${CSS.escape(name)}"]`);
    if (field) field.value = value;
  }
}

function enhance(root) {
  if (memories.has(root)) restore(root);
  else remember(root);
  const print = root.querySelector("[data-plan-print]");
  print.hidden = false;
  print.addEventListener("click", () => window.print());
  root.querySelector("[data-plan-how]").hidden = true;
  // A link to a part opens it.
  for (const link of root.querySelectorAll(".plan__overview a")) {
    link.addEventListener("click", () => (document.getElementById(link.hash.slice(1)).closest("details").open = true));
  }
}

start("CoopPlan", "plan", enhance);
