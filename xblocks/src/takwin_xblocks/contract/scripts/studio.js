/* The author's form: add, move, remove, put back; show the fields that apply; send all as JSON; show how it will look. */

import { headers } from "./block.js";

const WAIT = 700; // ms without a key before the preview is asked for
const own = (item, selector) => [...item.querySelectorAll(selector)].filter((one) => one.closest("[data-part]") === item);
const items = (list) => [...list.querySelector(":scope > ol").children].filter((one) => "part" in one.dataset && !one.hidden);

// --- reading ---

function valueOf(control) {
  if (control.type === "checkbox") return control.checked;
  return control.multiple ? [...control.selectedOptions].map((one) => one.value) : control.value;
}

function read(item) {
  const sent = { fields: {}, texts: {}, lists: {} };
  const id = own(item, "[data-id]")[0];
  if (id) sent.id = id.value;
  for (const control of own(item, "[data-field]")) if (!control.closest("[hidden]")) sent.fields[control.dataset.field] = valueOf(control);
  for (const control of own(item, "[data-text]")) if (!control.closest("[hidden]")) sent.texts[control.dataset.text] = control.value;
  for (const list of own(item, "[data-list]")) if (!list.hidden) sent.lists[list.dataset.list] = items(list).map(read);
  return sent;
}

function readAll(form) {
  const settings = {};
  for (const control of form.querySelectorAll("[data-setting]")) settings[control.dataset.setting] = String(valueOf(control));
  return { settings, content: read(form.querySelector(".coop-studio__content")) };
}

// --- restoring ---

function put(control, value) {
  if (control.type === "checkbox") {
    control.checked = value === true;
    return;
  }
  const values = [].concat(value ?? "").map(String);
  // Which parts there are to choose from is known once all are there.
  if ("refers" in control.dataset) control.replaceChildren(...values.map((one) => new Option(one, one, true, true)));
  else if (control.multiple) for (const one of control.options) one.selected = values.includes(one.value);
  else control.value = values[0] ?? "";
}

/** Fill a part with what `read` once gave of it: its lists get the items of then, in the order of then. */
function fill(form, item, sent) {
  for (const control of own(item, "[data-field]")) if (control.dataset.field in (sent.fields || {})) put(control, sent.fields[control.dataset.field]);
  for (const control of own(item, "[data-text]")) if (control.dataset.text in (sent.texts || {})) put(control, sent.texts[control.dataset.text]);
  for (const list of own(item, "[data-list]")) {
    const wanted = (sent.lists || {})[list.dataset.list];
    if (!Array.isArray(wanted)) continue;
    const place = list.querySelector(":scope > ol");
    const idOf = (one) => own(one, "[data-id]")[0];
    const held = items(list);
    const filled = wanted.map((part, number) => {
      const known = part.id === undefined ? held[number] : held.find((one) => idOf(one).value === part.id);
      const one = known || append(form, list, list.querySelector(":scope > template").content.firstElementChild.cloneNode(true));
      if (idOf(one) && part.id !== undefined) idOf(one).value = part.id;
      return [one, part];
    });
    place.replaceChildren(...filled.map(([one]) => one));
    for (const [one, part] of filled) fill(form, one, part);
  }
}

/** Show again what a host kept of the form, half written as it may be. */
function restore(form, body) {
  if (!body || !body.content) return;
  for (const control of form.querySelectorAll("[data-setting]")) {
    const value = (body.settings || {})[control.dataset.setting];
    if (value !== undefined) put(control, control.type === "checkbox" ? value === "true" : value);
  }
  fill(form, form.querySelector(".coop-studio__content"), body.content);
  changed(form, true);
}

// --- keeping the form true ---

function gistOf(item) {
  const words = own(item, "[data-text]").map((one) => one.value.trim()).find(Boolean);
  // What has no words of its own, such as a half-day, is told by the first things that were filled in.
  const text = words || own(item, "input[type=text][data-field]").map((one) => one.value.trim()).filter(Boolean).slice(0, 2).join(" · ");
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function refreshItem(item) {
  for (const field of own(item, "[data-when]")) {
    const [control] = own(item, `[data-field="${field.dataset.when}"]`);
    field.hidden = !!control && !field.dataset.whenValues.split(" ").includes(String(valueOf(control)));
  }
  const gist = own(item, "[data-gist]")[0];
  const isRight = own(item, "[data-alone]").some((one) => one.checked);
  if (gist) gist.textContent = (isRight ? "✓ " : "") + gistOf(item);
}

/** Of parts of which one alone may say yes, the others say no once another does. */
function keepAlone(control) {
  const item = control.closest("[data-part]");
  const [deciding] = own(item.parentElement.closest("[data-part]"), `[data-field="${control.dataset.alone}"]`);
  if (!control.checked || !control.dataset.aloneValues.split(" ").includes(deciding?.value)) return;
  for (const other of items(item.parentElement.parentElement)) {
    for (const one of own(other, "[data-alone]")) if (one !== control && one.dataset.field === control.dataset.field) one.checked = false;
  }
}

function refreshReference(form, select) {
  const beside = select.dataset.refers.startsWith("../");
  const place = beside ? select.closest("[data-part]").parentElement.closest("[data-part]") : form.querySelector(".coop-studio__content");
  const key = select.dataset.refers.replace("../", "");
  const list = own(place, `[data-list="${key}"]`)[0];
  const chosen = [...select.options].filter((one) => one.selected).map((one) => one.value);
  const offered = list ? items(list).map((item) => [own(item, "[data-id]")[0].value, gistOf(item)]) : [];
  const options = offered.map(([id, gist], place) => new Option(`${place + 1}. ${gist || id}`, id, false, chosen.includes(id)));
  if (!select.multiple) options.unshift(new Option(form.dataset.nothing, "", false, !chosen.some(Boolean)));
  select.replaceChildren(...options);
}

function refresh(form) {
  for (const item of form.querySelectorAll("[data-part]")) refreshItem(item);
  for (const list of form.querySelectorAll("[data-list]")) {
    const held = items(list);
    held.forEach((item, place) => {
      own(item, "[data-number]")[0].textContent = place + 1;
      own(item, "[data-up]")[0].disabled = place === 0;
      own(item, "[data-down]")[0].disabled = place === held.length - 1;
    });
    list.querySelector(":scope > [data-add]").hidden = held.length >= Number(list.dataset.most);
  }
  for (const select of form.querySelectorAll("[data-refers]")) refreshReference(form, select);
}

/**
 * Return an id that no part of the form has, nor any that was removed from it: what learners answered is kept by id, and must
 * never come to belong to another part. Hence chance, not a number.
 */
function freshId(form, prefix) {
  const used = new Set([...form.querySelectorAll("[data-id]")].map((one) => one.value));
  for (;;) {
    const id = prefix + [...crypto.getRandomValues(new Uint8Array(4))].map((one) => (one % 36).toString(36)).join("");
    if (!used.has(id)) return id;
  }
}

let made = 0;

/** Put a new item at the end of a list, its ids in the page unlike any other's. */
function append(form, list, item) {
  made += 1;
  for (const one of item.querySelectorAll("[id],[for],[aria-describedby]")) {
    for (const name of ["id", "for", "aria-describedby"]) if (one.hasAttribute(name)) one.setAttribute(name, `${one.getAttribute(name)}-${made}`);
  }
  const id = own(item, "[data-id]")[0];
  if (id) id.value = freshId(form, list.dataset.prefix);
  list.querySelector(":scope > ol").append(item);
  return item;
}

function add(form, list) {
  const item = list.querySelector(":scope > template").content.firstElementChild.cloneNode(true);
  append(form, list, item);
  for (const inner of own(item, "[data-list]")) {
    for (let count = 0; count < Number(inner.dataset.least); count += 1) add(form, inner);
  }
  refresh(form);
  const first = own(item, "select,textarea,input:not([type=hidden])")[0];
  if (first) first.focus();
}

/** Add items that the server drew to a list of the block. */
function addDrawn(form, { list, html }) {
  const drawn = document.createElement("template");
  drawn.innerHTML = html; // escaped by the server
  const place = own(form.querySelector(".coop-studio__content"), `[data-list="${CSS.escape(list)}"]`)[0];
  for (const item of [...drawn.content.children]) append(form, place, item);
  changed(form);
}

function move(form, item, step) {
  const held = items(item.parentElement.parentElement);
  const other = held[held.indexOf(item) + step];
  if (step < 0) other.before(item);
  else other.after(item);
  refresh(form);
  const button = own(item, step < 0 ? "[data-up]" : "[data-down]")[0];
  (button.disabled ? own(item, step < 0 ? "[data-down]" : "[data-up]")[0] : button).focus();
}

function remove(form, item) {
  const note = document.createElement("li");
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "coop__button coop__button--quiet";
  undo.textContent = form.dataset.undo;
  note.className = "coop-studio__removed";
  note.append(`${form.dataset.removed} `, undo);
  item.hidden = true;
  undo.addEventListener("click", () => {
    item.hidden = false;
    note.remove();
    changed(form);
    own(item, "summary")[0].focus();
  });
  item.before(note);
  undo.focus();
}

// --- telling ---

function say(form, words, bad) {
  const status = form.querySelector("[data-status]");
  status.textContent = words;
  status.dataset.state = bad ? "error" : "";
}

/** Find what a path such as `questions.0.choices.1.correct` is about. */
function placeOf(form, path) {
  if (path.startsWith("settings.")) return form.querySelector(`[data-setting="${CSS.escape(path.slice(9))}"]`);
  let here = form.querySelector(".coop-studio__content");
  const steps = path.split(".").filter(Boolean);
  while (steps.length) {
    const name = steps.shift();
    const list = own(here, `[data-list="${CSS.escape(name)}"]`)[0];
    if (!list) {
      if (name === "id") return own(here, "[data-id]")[0];
      return own(here, `[data-field="${CSS.escape(name)}"]`)[0] || own(here, `[data-text="${CSS.escape(name || "")}"]`)[0] || here;
    }
    if (!steps.length) return list;
    const item = items(list)[Number(steps.shift())];
    if (!item) return list;
    here = item;
  }
  return here;
}

function showFaults(form, faults) {
  let first = null;
  for (const fault of faults) {
    const place = placeOf(form, fault.path) || form;
    for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (place.matches && place.matches("[data-part]") && place.querySelector("details")) place.querySelector("details").open = true;
    const holder = place.closest(".coop-studio__field,.coop-studio__list") || place;
    const line = holder.querySelector(":scope > [data-error]") || holder.querySelector("[data-error]");
    if (line) line.textContent = line.textContent ? `${line.textContent} ${fault.words}` : fault.words;
    if (place.matches && place.matches("input,select,textarea")) place.setAttribute("aria-invalid", "true");
    first = first || place;
  }
  const target = first && (first.matches("input:not([type=hidden]),select,textarea") ? first : first.querySelector("summary,input:not([type=hidden]),select,textarea,button"));
  (target || form.querySelector("[data-status]")).focus();
}

function clearFaults(form) {
  for (const line of form.querySelectorAll("[data-error]")) line.textContent = "";
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

// --- sending ---

function post(form, url) {
  const sent = { ...headers(form), "Content-Type": "application/json" };
  return fetch(url, { method: "POST", body: JSON.stringify(readAll(form)), headers: sent, credentials: "same-origin" });
}

const waiting = new WeakMap();
const urls = new WeakMap();
const changes = new WeakMap(); // how often the form was changed: what is typed during a save is not saved
const asked = new WeakMap(); // how often a preview was asked for: an earlier one must not come over a later one

const tell = (form, name, detail) => form.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
const next = (counter, form) => counter.set(form, (counter.get(form) || 0) + 1).get(form);

function changed(form, isRestored) {
  refresh(form);
  say(form, form.dataset.unsaved);
  form.dataset.changed = "true";
  next(changes, form);
  // A host may keep this, whole and half written as it is, and give it back with `coop:restore`.
  if (!isRestored) tell(form, "coop:written", readAll(form));
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => preview(form), WAIT));
}

async function preview(form) {
  const turn = next(asked, form);
  const answer = await post(form, urls.get(form).preview).then((response) => response.json()).catch(() => ({}));
  if (turn !== asked.get(form)) return;
  if (answer.code === "preview") form.parentElement.querySelector("[data-preview]").innerHTML = answer.html; // escaped by the server
  else if (answer.code === "faults") say(form, `${form.dataset.unsaved} ${answer.message}`);
}

async function save(form, runtime) {
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  say(form, form.dataset.sending);
  clearFaults(form);
  clearTimeout(waiting.get(form)); // a preview's "not saved yet" must not come after "saved"
  next(asked, form);
  const sent = changes.get(form);
  // The fields wait: hosts load the page again after a save, and may refuse a second one from the page as it was.
  const fields = form.querySelectorAll(":scope > [data-settings],:scope > .coop-studio__content");
  for (const one of fields) one.inert = true;
  try {
    if (runtime && runtime.notify) runtime.notify("save", { state: "start" });
    const response = await post(form, urls.get(form).submit).catch(() => null);
    if (!response) return say(form, form.dataset.offline, true);
    const answer = await response.json();
    if (!answer.code) throw new TypeError("not ours");
    const isAll = sent === changes.get(form);
    if (answer.code !== "saved" || isAll) say(form, answer.message || "", answer.code !== "saved");
    if (answer.code === "saved") {
      tell(form, "coop:saved", { ...answer, isAll });
      if (isAll) {
        delete form.dataset.changed;
        form.querySelector("[data-status]").focus();
        // Hosts close the form now, or load the page again: what was typed since would be gone.
        if (runtime && runtime.notify) runtime.notify("save", { state: "end" });
      }
      preview(form);
    } else {
      for (const one of fields) one.inert = false;
      showFaults(form, answer.faults || []);
      tell(form, "coop:refused", answer);
    }
  } catch {
    say(form, form.dataset.failed, true);
  } finally {
    for (const one of fields) one.inert = false;
    button.disabled = false;
    if (document.activeElement === document.body) form.querySelector("[data-status]").focus();
  }
}

function press(form, event) {
  const button = event.target.closest("button");
  if (!button || button.type !== "button") return;
  const item = button.closest("li[data-part]");
  if (button.matches("[data-add]")) add(form, button.closest("[data-list]"));
  else if (button.matches("[data-up]")) move(form, item, -1);
  else if (button.matches("[data-down]")) move(form, item, 1);
  else if (button.matches("[data-remove]")) remove(form, item);
  else return;
  changed(form);
}

function begin(form, runtime, element) {
  if (urls.has(form)) return;
  const made = runtime && runtime.handlerUrl;
  urls.set(form, {
    submit: made ? runtime.handlerUrl(element, "studio_submit") : form.getAttribute("action"),
    preview: made ? runtime.handlerUrl(element, "studio_preview") : form.dataset.previewUrl,
  });
  form.addEventListener("click", (event) => press(form, event));
  form.addEventListener("input", ({ target }) => {
    if (target.dataset.alone) keepAlone(target);
    changed(form);
  });
  form.addEventListener("coop:add", (event) => addDrawn(form, event.detail));
  form.addEventListener("coop:restore", (event) => restore(form, event.detail));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(form, runtime);
  });
  window.addEventListener("beforeunload", (event) => form.dataset.changed && !form.dataset.kept && event.preventDefault());
  form.dataset.started = "";
  refresh(form);
  tell(form, "coop:started");
}

// A function that can be called with `new`, as hosts do.
window.CoopStudio = function (runtime, element) {
  const holder = element.jquery ? element[0] : element;
  holder.querySelectorAll("form[data-coop-studio]").forEach((form) => begin(form, runtime, element));
};
const all = () => document.querySelectorAll("form[data-coop-studio]").forEach((form) => begin(form));
// A host that calls the function above does so while the page loads or soon after; this is for hosts that do not.
if (document.readyState === "complete") all();
else window.addEventListener("load", all);
