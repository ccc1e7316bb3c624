/* Fill in a piece of evidence on a phone: sums, fields that apply, what is missing said at once; and judge with the keyboard. */

import { headers, start } from "../../contract/scripts/block.js";
import { photos } from "../../contract/scripts/photo.js";
import { queue } from "../../contract/scripts/queue.js";

const begun = new WeakSet();
const tried = new WeakSet(); // forms that were sent once and lacked something

/** Return the whole number that was typed, in any digits; null for anything else, 0 for nothing. */
function whole(text) {
  const latin = text
    .replace(/[\u0660-\u0669]/g, (digit) => digit.charCodeAt(0) - 0x660)
    .replace(/[\u06f0-\u06f9]/g, (digit) => digit.charCodeAt(0) - 0x6f0)
    .replace(/[\s\u00a0\u202f\u200e\u200f]/g, "");
  return latin === "" ? 0 : /^\d{1,5}$/.test(latin) ? Number(latin) : null;
}

function sums(form) {
  const box = form.querySelector("[data-people]");
  if (!box) return;
  const total = box.querySelector("[data-total]");
  const add = () => {
    const counts = [...box.querySelectorAll("input")].map((input) => whole(input.value));
    total.textContent = counts.includes(null) ? "?" : String(counts.reduce((sum, one) => sum + one, 0));
  };
  total.parentElement.hidden = false;
  form.addEventListener("input", add);
  form.addEventListener("reset", () => setTimeout(add));
  add();
}

/** Ask who agreed only where there is somebody to ask. */
function agreement(form) {
  const box = form.querySelector("[data-agreed]");
  if (!box) return;
  const arrange = () => {
    const chosen = box.querySelector("input[type=radio]:checked");
    const how = chosen ? chosen.value : "";
    for (const part of box.querySelectorAll("[data-unless]")) part.hidden = !how || how === part.dataset.unless;
    for (const part of box.querySelectorAll("[data-only]")) part.hidden = how !== part.dataset.only;
  };
  box.addEventListener("change", arrange);
  form.addEventListener("reset", () => setTimeout(arrange));
  arrange();
}

const hasPhoto = (form) =>
  [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length) ||
  [...form.querySelectorAll('input[name="answer-leave"]')].some((box) => !box.checked);

/** Say what is missing before anything is kept on the phone: the site's answer may come hours later. */
function missing(form) {
  const wrong = new Map();
  for (const field of form.querySelectorAll("[data-must]")) if (!field.value.trim()) wrong.set(field.closest("[data-part]"), form.dataset.needed);
  for (const field of form.querySelectorAll("[data-whole]")) if (whole(field.value) === null) wrong.set(field.closest("[data-part]"), form.dataset.whole);
  const part = (name) => form.querySelector(`[data-part="${name}"]`);
  if (form.dataset.counted && ![...form.querySelectorAll("[data-whole]")].some((field) => whole(field.value))) wrong.set(part("uncounted"), form.dataset.counted);
  const count =
    [...form.querySelectorAll("input[type=file]")].filter((input) => input.files.length).length +
    [...form.querySelectorAll('input[name="answer-leave"]')].filter((box) => !box.checked).length;
  if (part("photos") && count < Number(form.dataset.least)) wrong.set(part("photos"), form.dataset.few);
  if (hasPhoto(form)) {
    const chosen = form.querySelector("[data-agreed] input[type=radio]:checked");
    if (!chosen) wrong.set(part("how"), form.dataset.needed);
    for (const field of form.querySelectorAll("[data-agreed] [data-agrees]")) {
      if (chosen && !field.closest("[hidden]") && !field.value.trim()) wrong.set(field.closest("[data-part]"), form.dataset.needed);
    }
  }
  return wrong;
}

/** Show what is wrong at its field, and nothing where it is put right. */
function mark(form, wrong = missing(form)) {
  for (const part of form.querySelectorAll("[data-part]")) {
    const place = part.querySelector(`[data-result-for="${CSS.escape(part.dataset.part)}"]`);
    if (!place) continue;
    const words = wrong.get(part) || "";
    place.replaceChildren();
    if (words) place.append(Object.assign(document.createElement("p"), { className: "coop__error", textContent: words }));
    for (const field of part.querySelectorAll("input:not([type=hidden]),textarea")) {
      if (field.closest("[data-part]") !== part) continue;
      if (words) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
  }
}

/** Say all that is missing, and go to the first of it. Return whether anything is. */
function told(form) {
  mark(form);
  tried.add(form);
  const first = form.querySelector("[aria-invalid=true],[data-part=photos] .coop__error");
  if (!first) return false;
  const field = first.matches("p") ? form.querySelector("input[type=file]") || first : first;
  field.focus();
  return true;
}

/** Say of a field that it is put right as soon as it is, and where things stand once the phone has kept them. */
function watch(root, form) {
  for (const kind of ["input", "change"]) form.addEventListener(kind, () => tried.has(form) && mark(form));
  form.addEventListener("reset", () => {
    tried.delete(form);
    setTimeout(() => mark(form, new Map()));
  });
  form.addEventListener("coop:queued", () => {
    form.hidden = Boolean(form.querySelector("[name=answer-record]")); // a correction is sent once
    const status = root.querySelector("[data-queue-status]");
    status.tabIndex = -1;
    status.focus();
  });
}

/** Keys decide while no field has the focus: A accepts, R asks again, X refuses. */
function keys(root) {
  document.addEventListener("keydown", (event) => {
    const box = root.isConnected && root.querySelector("[data-deciding]");
    const form = event.target.closest && event.target.closest("form[data-decision]");
    if (form && root.contains(form) && event.key === "Enter" && (event.ctrlKey || event.metaKey)) return form.requestSubmit();
    if (!box || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (!box.querySelector("[data-keys]").checked || event.target.matches("input:not([type=checkbox]),textarea,select,[contenteditable]")) return;
    if (root.querySelectorAll("[data-deciding]").length > 1) return; // several pieces on one page: which one?
    const pressed = /^[a-z]$/i.test(event.key) ? event.key.toUpperCase() : event.code.replace("Key", ""); // other scripts' keyboards
    const target = box.querySelector(`[data-key="${CSS.escape(pressed)}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.matches("button")) return target.click();
    target.open = true;
    target.querySelector("select,textarea").focus();
  });
}

function enhance(root) {
  photos(root);
  if (!begun.has(root)) {
    begun.add(root);
    // Before the queue's own: what lacks something is not kept.
    root.addEventListener(
      "submit",
      (event) => {
        if (!event.target.matches(".evidence__form") || !told(event.target)) return;
        event.preventDefault();
        event.stopImmediatePropagation();
      },
      true,
    );
    keys(root);
  }
  queue(root);
  for (const form of root.querySelectorAll("form.evidence__form")) {
    sums(form);
    agreement(form);
    watch(root, form);
  }
  for (const box of root.querySelectorAll("[data-deciding]")) {
    const turn = box.querySelector("[data-keys]");
    const several = root.querySelectorAll("[data-deciding]").length > 1;
    turn.closest("label").hidden = several;
    const show = () => box.querySelectorAll("[data-key-hint]").forEach((hint) => (hint.hidden = several || !turn.checked));
    turn.addEventListener("change", show);
    show();
  }
}

start("CoopEvidence", "evidence", enhance);

/** Begin with a ready task: it is saved at once, and the form comes again with it. */
async function begin(form, button) {
  const own = form.parentElement.querySelector("form[data-coop-studio]");
  const sent = { ...(own ? headers(own) : {}), ...headers(form), "Content-Type": "application/json" };
  const options = { method: "POST", body: JSON.stringify({ preset: button.value }), headers: sent, credentials: "same-origin" };
  const answer = await fetch(form.getAttribute("action"), options).then((response) => response.json()).catch(() => ({}));
  form.querySelector("[data-said]").textContent = answer.message || form.dataset.failed;
  if (answer.code === "saved") location.reload();
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-evidence-ready]")) return;
  event.preventDefault();
  begin(event.target, event.submitter);
});
