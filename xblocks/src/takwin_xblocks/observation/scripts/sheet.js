/*
 * One sheet on a phone, under one thumb: whom, then item by item or all in a list, with the time that is left. What is marked is kept
 * on the phone at once, under its observer's mark, so that a phone that dies in the middle loses nothing.
 */
import { Scanner } from "./scanner.js";

const LONGEST = 86_400; // seconds; a clock that was set while the time ran says nothing beyond that
const sheets = new WeakMap(); // form → Sheet

export function begin(root, form) {
  if (!sheets.has(form)) sheets.set(form, new Sheet(root, form));
}

/** Let only a whole sheet through to the queue. */
export function check(event) {
  const sheet = sheets.get(event.target);
  if (!sheet || sheet.isWhole()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

class Sheet {
  constructor(root, form) {
    Object.assign(this, { root, form, words: form.dataset, at: -1, one: true, elapsed: 0, since: 0, undone: [], before: {} });
    const panel = root.querySelector("[data-queue-panel]");
    this.place = `takwin-observation/${form.dataset.person}/${panel?.dataset.queueBlock || root.id}`;
    this.items = [...form.querySelectorAll("[data-item]")];
    form.noValidate = true; // a mark that is missing is told in words: its item may be out of sight
    for (const name of ["bar", "undo", "next", "back"]) this.find(name).hidden = false;
    form.querySelector(".obs-search")?.removeAttribute("hidden");
    this.find("code")?.removeAttribute("required");
    this.listen();
    this.restore();
    this.show();
    setInterval(() => this.form.isConnected && this.since && this.tell(), 1_000);
  }

  find(name) {
    return this.form.querySelector(`[data-${name}]`);
  }

  listen() {
    const on = (name, act) => this.find(name)?.addEventListener("click", act);
    on("start", () => this.turn());
    on("next", () => this.go(1));
    on("back", () => this.go(-1));
    on("undo", () => this.undo());
    on("change", () => this.to(-1));
    on("mode", () => this.switchMode());
    this.form.addEventListener("change", ({ target }) => this.changed(target));
    this.form.addEventListener("input", ({ target }) => (target.matches("[data-search]") ? this.search(target.value) : this.keep()));
    this.form.addEventListener("coop:queued", () => this.renew());
    this.form.addEventListener("keydown", (event) => this.typed(event));
    const scan = this.find("scan");
    if (scan) new Scanner(scan, this.find("video"), (code) => this.scanned(code));
  }

  // --- marking ---

  changed(control) {
    if (control.matches("[data-code]") && control.value.trim()) this.choose(null);
    if (control.name === "answer-trainee") this.find("code").value = "";
    if (this.at < 0 && this.name()) this.say("");
    if (control.name?.startsWith("answer-level-")) {
      this.undone.push([control.name, this.before[control.name]]);
      this.before[control.name] = control.value;
      control.closest("[data-item]").querySelector("[data-result-for]").textContent = "";
    }
    this.keep();
    this.tell();
  }

  undo() {
    const last = this.undone.pop();
    if (!last) return;
    const [name, value] = last;
    for (const radio of this.controls(name)) radio.checked = radio.value === value;
    this.before[name] = value;
    const item = this.controls(name)[0].closest("[data-item]");
    if (this.one) this.to(this.items.indexOf(item));
    this.keep();
    this.tell();
    this.say(this.words.wordsUndone);
  }

  controls(name) {
    return [...this.form.elements].filter((one) => one.name === name);
  }

  isMarked(item) {
    return !!item.querySelector("input[type=radio]:checked");
  }

  get trainee() {
    return this.form.querySelector("[name=answer-trainee]:checked");
  }

  /** What the sheet and the waiting list call the trainee; '' while nobody is chosen. */
  name() {
    const chosen = this.trainee;
    if (chosen) return chosen.closest("label").querySelector("[data-name]").textContent;
    const code = this.find("code").value.trim();
    return code && this.words.wordsCode.replace("{code}", code);
  }

  choose(radio) {
    for (const one of this.controls("answer-trainee")) one.checked = one === radio;
  }

  /** A code that was scanned is a name where this phone knows it, else a code. */
  scanned(code) {
    const plain = (text) => text.toUpperCase().replace(/[^0-9A-Z]/g, "");
    const known = this.controls("answer-trainee").find((one) => one.dataset.codeOf && plain(one.dataset.codeOf) === plain(code));
    this.choose(known || null);
    this.find("code").value = known ? "" : code;
    this.keep();
    this.to(0);
  }

  search(typed) {
    const asked = typed.trim().toLocaleLowerCase();
    const people = [...this.form.querySelectorAll(".obs-person")];
    for (const one of people) one.hidden = !one.textContent.toLocaleLowerCase().includes(asked);
    this.find("none")?.toggleAttribute("hidden", people.some((one) => !one.hidden));
  }

  // --- going through ---

  go(step) {
    if (this.at < 0 && !this.name()) {
      this.say(this.words.wordsNobody, true);
      this.find("missing").scrollIntoView({ block: "center" }); // it stands below a list that may be long
      return;
    }
    this.to(this.at + step);
  }

  to(place) {
    this.at = Math.max(-1, Math.min(place, this.one ? this.items.length : 0));
    this.say("");
    this.keep();
    this.show();
    const target = this.at < 0 ? this.form.querySelector("[data-who-fields]") : this.one ? this.items[this.at]?.querySelector("fieldset") || this.find("remark") : this.find("bar");
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
    this.form.scrollIntoView({ block: "start" });
  }

  switchMode() {
    this.one = !this.one;
    if (this.one) this.at = Math.max(0, this.items.findIndex((item) => !this.isMarked(item)));
    this.to(this.at);
    this.find("mode").focus({ preventScroll: true });
  }

  /** The return key goes on, and never sends half a sheet. */
  typed(event) {
    if (event.key !== "Enter" || !event.target.matches("input:not([type=search])")) return;
    event.preventDefault();
    if (this.at < 0 || (this.one && this.at < this.items.length)) this.go(1);
  }

  show() {
    const isWho = this.at < 0;
    const isEnd = !isWho && (!this.one || this.at >= this.items.length);
    this.form.dataset.step = isWho ? "who" : "marking";
    this.form.dataset.one = this.one;
    this.items.forEach((item, place) => (item.hidden = isWho || (this.one && place !== this.at)));
    this.form.querySelector("[data-who-fields]").hidden = !isWho;
    this.find("bar").hidden = isWho;
    this.find("remark").hidden = !isEnd;
    this.find("send").hidden = !isEnd;
    this.find("next").hidden = isEnd;
    this.find("back").hidden = isWho || !this.one;
    this.find("undo").hidden = isWho;
    this.find("mode").textContent = this.one ? this.words.wordsAll : this.words.wordsOne;
    this.find("chosen").textContent = this.name();
    this.find("who").value = this.name();
    this.tell();
  }

  /** Tell how far one is and how much time is left. */
  tell() {
    const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
    const done = this.items.filter((item) => this.isMarked(item)).length;
    const marked = fill(this.words.wordsMarked, { done, all: this.items.length });
    if (this.find("marked").textContent !== marked) this.find("marked").textContent = marked;
    this.find("progress").value = done;
    this.find("undo").disabled = !this.undone.length;
    const left = Number(this.words.minutes) * 60 - this.spent();
    const shown = Math.abs(left);
    this.find("clock").textContent = `${Math.floor(shown / 60)}:${String(shown % 60).padStart(2, "0")}`;
    this.find("clock-words").textContent = left < 0 ? this.words.wordsOver : this.words.wordsLeft;
    this.find("bar").dataset.over = left < 0;
    this.find("start").textContent = this.since ? this.words.wordsPause : this.elapsed ? this.words.wordsOn : this.words.wordsStart;
    this.find("seconds").value = this.spent();
  }

  // --- the time ---

  spent() {
    const running = this.since ? Math.max(0, Math.floor((Date.now() - this.since) / 1_000)) : 0;
    return Math.min(this.elapsed + (running > LONGEST ? 0 : running), LONGEST);
  }

  turn() {
    this.elapsed = this.spent();
    this.since = this.since ? 0 : Date.now();
    this.keep();
    this.tell();
  }

  // --- sending ---

  isWhole() {
    const missing = this.items.filter((item) => !this.isMarked(item));
    if (!this.name()) {
      this.to(-1);
      this.say(this.words.wordsNobody, true);
    } else if (missing.length) {
      this.to(this.items.indexOf(missing[0]));
      if (!this.one) missing[0].scrollIntoView({ block: "center" });
      this.say(this.words.wordsMissing.replace("{numbers}", missing.map((item) => item.dataset.number).join(", ")), true);
    } else {
      this.find("who").value = this.name();
      this.find("seconds").value = this.spent();
      return true;
    }
    return false;
  }

  say(words, isBad) {
    const line = this.find("missing");
    line.textContent = words;
    line.dataset.state = isBad ? "error" : "";
  }

  /** The sheet is in the queue: the next one is blank. */
  renew() {
    localStorage.removeItem(this.place);
    Object.assign(this, { elapsed: 0, since: 0, undone: [], before: {} });
    this.find("who").value = "";
    this.form.reset();
    this.search("");
    this.to(-1);
    this.root.scrollIntoView({ block: "start" }); // what waits is told above the form
    this.say(this.words.wordsKept);
  }

  // --- the draft ---

  keep() {
    const fields = [...new FormData(this.form)].filter(([name, value]) => /^answer-(level-|note-|trainee|code|remark)/.test(name) && value);
    const { at, one, elapsed, since } = this;
    try {
      localStorage.setItem(this.place, JSON.stringify({ fields, at, one, elapsed, since }));
    } catch {
      // No room, or none in a private window: the page itself still holds it.
    }
  }

  restore() {
    let draft = null;
    try {
      draft = JSON.parse(localStorage.getItem(this.place));
    } catch {
      return;
    }
    if (!draft || !draft.fields?.length) return;
    for (const [name, value] of draft.fields) {
      for (const one of this.controls(name)) {
        if (one.type === "radio") one.checked = one.value === value || one.checked;
        else one.value = value;
      }
      this.before[name] = value;
    }
    this.one = draft.one !== false;
    this.elapsed = Number(draft.elapsed) || 0;
    this.since = Number(draft.since) || 0;
    this.at = this.name() ? Math.max(-1, Math.min(Number(draft.at) || 0, this.one ? this.items.length : 0)) : -1;
    if (this.at >= 0) this.say(this.words.wordsDraft);
  }
}
