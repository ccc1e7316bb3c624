/* The observer's form on a phone, what waits to be sent, and the ready checklist in the author's form. */
import { headers, start } from "../../contract/scripts/block.js";
import { queue } from "../../contract/scripts/queue.js";
import { begin, check } from "./sheet.js";

const roots = new WeakSet();

function enhance(root) {
  if (!roots.has(root)) {
    roots.add(root);
    // Before the queue's own ear: what lacks a mark is kept by nobody.
    root.addEventListener("submit", check, true);
  }
  queue(root);
  for (const form of root.querySelectorAll("form[data-observation]")) begin(root, form);
}

start("CoopObservation", "observation", enhance);

/** Put the ready checklist into the author's form, which sends it back when its author saves. */
async function fill(holder, button) {
  const form = holder.parentElement.querySelector("form[data-coop-studio]");
  const address = new URL(holder.dataset.observationPresets, location.href);
  address.searchParams.set("language", button.dataset.preset);
  const options = { method: "POST", headers: headers(form), credentials: "same-origin" };
  const answer = await fetch(address, options).then((response) => response.json()).catch(() => ({}));
  const status = holder.querySelector("[data-said]");
  status.textContent = answer.body ? holder.dataset.done : holder.dataset.failed;
  status.dataset.state = answer.body ? "" : "error";
  if (!answer.body) return;
  form.dispatchEvent(new CustomEvent("coop:restore", { detail: answer.body }));
  // What was put there is as good as typed: the host keeps it.
  form.querySelector("[data-setting],[data-field]").dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-observation-presets] [data-preset]");
  if (button) fill(button.closest("[data-observation-presets]"), button);
});
