/* Judge by keyboard, go on to the next work, and hand in photos and recordings made here. */

import { headers, start } from "../../contract/scripts/block.js";
import { photos } from "../../contract/scripts/photo.js";
import { voices } from "../../contract/scripts/voice.js";

const guarded = new WeakSet();
const WRITING = "textarea,select,input:not([type=radio]):not([type=checkbox])";

/** Return the criterion that the keys mean: the one in focus, else the first without a level. */
function current(form) {
  const here = document.activeElement && document.activeElement.closest("[data-criterion]");
  if (here && form.contains(here)) return here;
  const all = [...form.querySelectorAll("[data-criterion]")];
  return all.find((one) => !one.querySelector("input:checked")) || all[0];
}

/** Put the focus on a criterion: on its chosen level, else on the first. */
function goTo(criterion) {
  if (!criterion) return;
  (criterion.querySelector("input:checked") || criterion.querySelector("input[type=radio]")).focus();
  criterion.scrollIntoView({ block: "nearest" });
}

function step(form, by) {
  const all = [...form.querySelectorAll("[data-criterion]")];
  goTo(all[all.indexOf(current(form)) + by]);
}

function press(form, event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[type=submit]"));
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches(WRITING)) return;
  const digit = event.code.match(/^(?:Digit|Numpad)([1-9])$/); // where it is on the keyboard, whatever a layout writes there
  if (digit) {
    const radio = current(form).querySelector(`input[value="${digit[1]}"]`);
    if (!radio) return;
    event.preventDefault();
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    radio.focus();
  } else if (event.code === "KeyN" || event.code === "KeyP") {
    event.preventDefault();
    step(form, event.code === "KeyN" ? 1 : -1);
  }
}

/** What was typed and not sent is not lost by a slip of the thumb. */
function guard(root) {
  if (guarded.has(root)) return;
  guarded.add(root);
  let isTyped = false;
  root.addEventListener("input", () => (isTyped = true));
  for (const code of ["saved", "handed_in", "reviewed", "judged", "second", "third", "sent_back", "practised", "own", "removed"]) {
    root.addEventListener(`coop:${code}`, ({ detail }) => {
      isTyped = false;
      if (detail.next) location.assign(detail.next);
    });
  }
  addEventListener("beforeunload", (event) => {
    if (root.isConnected && isTyped) event.preventDefault();
  });
  // On a trainer's desk the keys work wherever the focus is: reading the work at one side, judging at the other.
  document.addEventListener("keydown", (event) => {
    const form = root.isConnected && root.querySelector("[data-desk] form[data-judging]");
    if (!form || form.closest("details:not([open])")) return;
    // Beside the block only what is no control: the heading has the focus when the desk brings the next work.
    if (root.contains(event.target) || !event.target.closest("a,button,input,select,textarea,summary")) press(form, event);
  });
}

function enhance(root) {
  guard(root);
  root.querySelectorAll("[data-keys]").forEach((one) => (one.hidden = false));
  // What is missing is said by the block, at its place and in the reader's language.
  root.querySelectorAll("form[data-coop-form]").forEach((form) => (form.noValidate = true));
  photos(root);
  voices(root);
}

start("CoopRubric", "rubric", enhance);

/** Begin with a ready rubric: it is saved at once, and the form comes again with it. */
async function begin(form) {
  const own = form.parentElement.querySelector("form[data-coop-studio]");
  const sent = { ...(own ? headers(own) : {}), ...headers(form), "Content-Type": "application/json" };
  const options = { method: "POST", body: JSON.stringify({ preset: form.elements.preset.value }), headers: sent, credentials: "same-origin" };
  const answer = await fetch(form.getAttribute("action"), options).then((response) => response.json()).catch(() => ({}));
  const status = form.querySelector("[data-said]");
  status.textContent = answer.message || form.dataset.failed;
  if (answer.code === "saved") location.reload();
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-coop-preset]")) return;
  event.preventDefault();
  begin(event.target);
});
