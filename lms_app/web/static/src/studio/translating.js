/* The translation desk: each text is kept by itself, first on the device, then in the draft. */

const IDLE = 2500; // after the last key
const AGAIN = 10000; // after a network that failed

export function begin(root) {
  const desk = root.querySelector("[data-desk]");
  if (!desk) return;
  desk.classList.add("is-live");
  loadRich(desk);
  for (const form of desk.querySelectorAll("form[data-translating]")) new Sheet(form, desk);
  for (const chip of desk.querySelectorAll("[data-insert]")) chip.tabIndex = -1; // Tab goes from text to text
  desk.addEventListener("click", insertTerm);
  desk.addEventListener("keydown", (event) => onKey(event, desk));
  desk.querySelector("[data-go]")?.addEventListener("change", ({ target }) => target.form.submit());
}

/* The rich text's bundle comes only where a text wants it. */
async function loadRich(desk) {
  const address = desk.querySelector("[data-rich-url]")?.dataset.richUrl;
  if (!address) return;
  await import(address);
  window.takwinRich?.begin(desk);
}

/* One block: sends what was changed in it, one request after the other. */
class Sheet {
  constructor(form, desk) {
    this.form = form;
    this.desk = desk;
    this.dirty = new Set();
    this.sending = false;
    form.addEventListener("input", ({ target }) => this.typed(target));
    form.addEventListener("change", ({ target }) => this.left(target));
    form.addEventListener("focusout", () => this.dirty.size && this.send());
    form.addEventListener("submit", (event) => this.submitted(event));
    addEventListener("online", () => this.dirty.size && this.send());
    addEventListener("pagehide", () => this.leave());
    for (const line of form.querySelectorAll("[data-line]")) this.restore(line.dataset.line);
  }

  /* Nobody's words are sent under another person's name: on a shared computer each has their own. */
  keyOf(path) {
    return `takwin translating ${this.desk.dataset.person} ${this.form.action} ${path}`;
  }

  lineOf(path) {
    return this.form.querySelector(`[data-line="${CSS.escape(path)}"]`);
  }

  controlOf(path) {
    return this.lineOf(path).querySelector("[name^='t:']:not([type=hidden])");
  }

  typed(control) {
    if (!control.name?.startsWith("t:")) return;
    const path = control.closest("[data-line]").dataset.line;
    this.dirty.add(path);
    keepOnDevice(this.keyOf(path), { text: control.value, was: this.form.elements[`was:${path}`].value });
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.send(), IDLE);
  }

  left(control) {
    if (control.name === "done" && control.checked) this.send({ done: control.value });
  }

  submitted(event) {
    event.preventDefault();
    const pressed = event.submitter;
    this.send(pressed?.name === "same" ? { same: pressed.value } : {});
  }

  /* What a page that was closed too early left on the device comes back, made from what it was made from, and is sent. */
  restore(path) {
    const control = this.controlOf(path);
    const kept = fromDevice(this.keyOf(path));
    if (!kept) return;
    if (kept.text === control.value) {
      forgetOnDevice(this.keyOf(path));
      return;
    }
    this.form.elements[`was:${path}`].value = kept.was;
    control.value = kept.text;
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* The page goes: what is not sent yet is sent without waiting for an answer; the device forgets it once it is seen to be there. */
  leave() {
    if (this.dirty.size && !this.sending) navigator.sendBeacon(this.form.action, this.bodyOf(this.dirty, {}));
  }

  async send(more = {}) {
    clearTimeout(this.waiting);
    if (this.sending) {
      this.next = { ...this.next, ...more };
      return;
    }
    const paths = new Set([...this.dirty, ...Object.values(more)]);
    if (!paths.size) return;
    this.sending = true;
    this.say("saving");
    const body = this.bodyOf(paths, more);
    let told = null;
    try {
      const answer = await fetch(this.form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok && answer.status !== 409) throw new Wrong();
      told = await answer.json();
      this.answered(told, paths, body, more);
    } catch (error) {
      this.say(error instanceof Wrong ? "wrong" : "offline");
      if (!(error instanceof Wrong)) this.waiting = setTimeout(() => this.send(more), AGAIN);
    }
    this.sending = false;
    if (told && (this.next || this.dirty.size)) {
      const next = this.next ?? {};
      this.next = null;
      if (Object.keys(next).length || !told.clashes) this.send(next);
    }
  }

  bodyOf(paths, more) {
    const body = new FormData();
    body.set("csrf_token", this.form.elements.csrf_token.value);
    for (const path of paths) {
      for (const one of this.lineOf(path).querySelectorAll("[name^='t:'], [name^='was:'], [name^='from:']")) body.set(one.name, one.value);
    }
    for (const [name, value] of Object.entries(more)) body.set(name, value);
    return body;
  }

  answered(told, paths, body, more) {
    for (const line of told.lines) {
      if (!paths.has(line.path)) continue;
      this.form.elements[`was:${line.path}`].value = line.was;
      if (told.clashes) continue;
      const control = this.controlOf(line.path);
      if (more.same === line.path) put(control, line.told);
      if (more.same === line.path || control.value === body.get(control.name)) {
        this.dirty.delete(line.path);
        forgetOnDevice(this.keyOf(line.path));
      }
      this.show(line);
    }
    for (const clash of told.clashes ?? []) this.showTheirs(clash);
    if (told.words) {
      this.desk.querySelector("[data-figures]").textContent = told.words;
      const bar = this.desk.querySelector(".tr-progress progress");
      bar.max = told.all || 1;
      bar.value = told.done;
      this.desk.querySelector(".tr-progress b").textContent = told.percent;
    }
    this.say(told.clashes ? "clash" : "saved");
  }

  show(line) {
    const place = this.lineOf(line.path);
    countLeft(this.desk, (line.state !== "done") - (place.dataset.state !== "done"));
    place.dataset.state = line.state;
    const state = place.querySelector(".tr-state");
    state.dataset.state = line.state;
    state.textContent = this.desk.getAttribute(`data-words-${line.state}`);
    place.querySelector(".tr-done").hidden = line.state !== "stale";
    place.querySelector(".tr-same").hidden = line.state !== "missing";
    place.querySelector(".tr-theirs")?.remove();
    if (line.state === "done") place.querySelector(".tr-difference")?.remove();
  }

  /* Both texts stay: theirs is shown, and what is sent next holds. */
  showTheirs({ path, theirs }) {
    const place = this.lineOf(path);
    place.querySelector(".tr-theirs")?.remove();
    const note = document.createElement("p");
    note.className = "tr-theirs tk-wrong";
    const words = document.createElement("bdi");
    words.textContent = theirs || "—";
    note.append(this.desk.dataset.wordsClash, " ", words);
    place.querySelector(".tr-head").after(note);
  }

  say(name) {
    const said = this.desk.querySelector("[data-said]");
    said.textContent = this.desk.getAttribute(`data-words-${name}`);
    said.dataset.said = name;
  }
}

class Wrong extends Error {}

/* The open lesson's line in the list of lessons says how much is left of it now. */
function countLeft(desk, more) {
  const lesson = desk.querySelector("[data-go]")?.selectedOptions[0];
  if (!lesson || !more) return;
  const left = Math.max(0, Number(lesson.dataset.left) + more);
  const title = lesson.dataset.title;
  lesson.dataset.left = left;
  lesson.textContent = left ? `${title} (${desk.dataset.wordsLeft.replace("{number}", left)})` : `${title} ✓`;
}

/* Set a text from outside: an editor over the control takes it from there when it is started anew. */
function put(control, text) {
  control.value = text;
  if (control.closest("[data-rich]")) location.reload();
}

function insertTerm(event) {
  const button = event.target.closest("[data-insert]");
  const control = button && document.getElementById(button.dataset.into);
  if (!control) return;
  const word = button.dataset.insert;
  const editable = control.closest("[data-rich]")?.querySelector("[contenteditable=true]");
  if (editable?.offsetParent) {
    editable.focus();
    document.execCommand("insertText", false, `${word} `); // as if it was typed: undone as such, and heard by the editor
    return;
  }
  const before = control.value.slice(0, control.selectionStart);
  const after = control.value.slice(control.selectionEnd);
  const written = `${before && !/\s$/.test(before) ? " " : ""}${word}${after && !/^\s/.test(after) ? " " : ""}`;
  control.setRangeText(written, control.selectionStart, control.selectionEnd, "end");
  control.dispatchEvent(new Event("input", { bubbles: true }));
  control.focus();
}

/* Alt + ↓ goes from a text to the words of the house, arrows from one to the other, Escape back. */
function throughHouse(event) {
  const chip = event.target.closest("[data-insert]");
  const chips = [...(event.target.closest("[data-line]")?.querySelectorAll("[data-insert]") ?? [])];
  if (!chip) return event.altKey && event.key === "ArrowDown" ? chips[0] : null;
  if (event.key === "Escape") return textOf(chip.closest("[data-line]"));
  const isBackwards = getComputedStyle(chip.closest("[data-line]")).direction === "rtl";
  const step = { ArrowRight: isBackwards ? -1 : 1, ArrowLeft: isBackwards ? 1 : -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  return step && chips[(chips.indexOf(chip) + step + chips.length) % chips.length];
}

const textOf = (line) => [...line.querySelectorAll(".tr-target .tk-input, .tr-target [contenteditable=true]")].find((one) => one.offsetParent);

/* Ctrl + Enter: on to the next text that is left, here or in the next lesson. */
function onKey(event, desk) {
  const other = throughHouse(event);
  if (other) {
    event.preventDefault();
    other.focus();
    return;
  }
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  const lines = [...desk.querySelectorAll("[data-line]")];
  const here = lines.indexOf(event.target.closest("[data-line]"));
  const next = [...lines.slice(here + 1), ...lines.slice(0, Math.max(here, 0))].find((line) => line.dataset.state !== "done");
  const place = next && textOf(next);
  if (place) place.focus();
  else desk.querySelector(".tr-next a")?.focus();
}

/* Storage may be full or forbidden: then the words are only in the page. */
function keepOnDevice(key, kept) {
  try {
    localStorage.setItem(key, JSON.stringify(kept));
  } catch {
    return;
  }
}

function fromDevice(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function forgetOnDevice(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    return;
  }
}
