/* The two kinds of forms that are kept: the plain one, control by control, and the one that a block brings itself, whole. */
import { call } from "./site.js";
import { Keeper } from "./keeper.js";

const NAMED = /^f-/;
const even = (text) => text.replace(/\r\n?/g, "\n");
const words = (text) => (text ?? "").split(" ").filter(Boolean);

/** A plain form: what counts is each control named `f-<field>`, and what stood in it before it was touched. */
export class FormKeeper extends Keeper {
  constructor(form) {
    super(form, "fields");
    this.touched = new Set();
    this.laid = new Set(words(form.dataset.kept)); // fields in which the server has laid what was kept before
    this.basis = Object.fromEntries(this.controls().map((one) => [one.name, even(one.value)]));
    this.was = {};
    form.addEventListener("input", ({ target }) => this.touch(target));
    form.addEventListener("change", ({ target }) => this.touch(target));
    form.addEventListener("focusin", ({ target }) => NAMED.test(target.name ?? "") && (this.field = fieldOf(target.name)));
  }

  controls() {
    return [...this.element.elements].filter((one) => NAMED.test(one.name));
  }

  control(name) {
    const found = this.element.elements.namedItem(name);
    return found instanceof RadioNodeList ? found[0] : found;
  }

  touch(control) {
    if (!NAMED.test(control.name ?? "") || this.isLaying) return;
    if (this.last?.[control.name] === control.value) return; // a change event after its input
    this.last = { ...this.last, [control.name]: control.value };
    this.touched.add(control.name);
    this.field = fieldOf(control.name);
    this.typed();
  }

  /** The fields in which somebody wrote on this page. */
  typedIn() {
    return [...new Set([...this.touched].map(fieldOf))];
  }

  content() {
    const controls = Object.fromEntries([...this.touched].map((name) => [name, even(this.control(name)?.value ?? this.was[name] ?? "")]));
    const was = Object.fromEntries([...this.touched].map((name) => [name, this.basis[name] ?? ""]));
    return { controls, was, sent: { controls } };
  }

  /** Lay what was typed elsewhere into the form: on this device before a crash, or in another tab just now. */
  lay({ controls, was, base }, { except = null } = {}) {
    for (const [name, text] of Object.entries(controls ?? {})) {
      this.touched.add(name);
      if (was && name in was) this.basis[name] = was[name];
      const control = this.control(name);
      if (control && control !== except) this.put(control, text);
      else if (!control) this.was[name] = text;
    }
    if (base) this.element.dataset.base = base;
  }

  shows({ controls }) {
    const isRefused = this.element.closest("[data-editor]")?.querySelector(".tk-errors"); // then it was sent and not taken
    return !isRefused && Object.entries(controls ?? {}).every(([name, text]) => even(this.control(name)?.value ?? "") === even(text));
  }

  put(control, text) {
    if (even(control.value) === even(text)) return;
    this.isLaying = true;
    control.value = text;
    control.dispatchEvent(new Event("input", { bubbles: true })); // for editors that show it otherwise, and for the preview
    this.isLaying = false;
  }

  /*
   * The draft has moved on. What others changed is shown where this author wrote nothing; where nothing clashes, the form starts
   * from the new state. What clashes is left alone here: both texts are shown when the author is done.
   */
  learn(told) {
    if (!told.values || !told.base || told.base === this.base) return;
    let clashes = false;
    let changed = false;
    for (const control of this.controls()) {
      const theirs = even(told.values[control.name] ?? "");
      const [before, mine] = [this.basis[control.name] ?? "", even(control.value)];
      const isMine = this.touched.has(control.name) || this.laid.has(fieldOf(control.name));
      if (!(control.name in told.values) || theirs === before || theirs === mine) continue;
      if (isMine && !told.is_own && theirs !== this.settled?.[control.name]) clashes = true;
      else if (!isMine) {
        this.put(control, theirs);
        changed = true;
      }
    }
    if (clashes) return this.say("clash");
    for (const control of this.controls()) if (control.name in told.values) this.basis[control.name] = even(told.values[control.name]);
    this.element.dataset.base = told.base;
    if (this.element.elements.base) this.element.elements.base.value = told.base;
    if (this.touched.size && told.number !== null && this.kept >= this.number) this.number = this.kept + 1; // kept once more, from there
    if (changed) this.note = "meanwhile";
  }

  async done(told, number) {
    const sent = Object.fromEntries([...this.touched].map((name) => [name, even(this.control(name)?.value ?? "")]));
    this.settled = { ...this.settled, ...sent }; // should it settle while the page is open, it is known for one's own
    await super.done(told, number);
  }

  /** Leave: what is in hand becomes part of the draft, with what was typed in the last moment. */
  leave() {
    if (this.isOver || (!this.touched.size && !this.laid.size)) return;
    const { language, person } = this.record;
    const more = this.hasMore ? this.body() : { language, person, base: this.base };
    call(`${this.url}/settle`, "POST", more, { isLast: true });
  }

  asText() {
    const label = (control) => this.element.querySelector(`label[for="${CSS.escape(control.id)}"]`)?.textContent.trim() ?? control.name;
    return [...this.touched].map((name) => this.control(name)).filter(Boolean).map((one) => `${label(one)}\n${one.value}`).join("\n\n");
  }
}

const fieldOf = (name) => name.slice(2).split(/[:.]/)[0];

/** A block's own form: it tells its whole body when it was written in, and takes one back. */
export class OwnFormKeeper extends Keeper {
  constructor(section) {
    super(section, "own");
    section.addEventListener("coop:written", ({ detail }) => {
      this.said = detail;
      this.typed();
      const form = section.querySelector("form[data-coop-studio]");
      if (form) form.dataset.kept = "yes"; // it needs no warning of its own
    });
    section.addEventListener("submit", (event) => this.waitFor(event), true);
    section.addEventListener("coop:refused", ({ detail }) => this.saidNo(detail?.message));
    section.addEventListener("coop:saved", ({ detail }) => {
      if (detail?.isAll === false) return this.typed();
      this.ended = this.end(); // pages that are loaded again wait for it
    });
    const kept = section.dataset.keptForm;
    if (kept) this.whenStarted(() => this.give(JSON.parse(kept)));
  }

  get isSaving() {
    return Boolean(this.element.querySelector("form[data-coop-studio] [type=submit]:disabled"));
  }

  /* What is on its way to the site would arrive after the save, and be given back as if it were newer: the save waits for it. */
  waitFor(event) {
    const { target, submitter } = event;
    if (!this.isSending || !target.matches("form[data-coop-studio]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.answered.then(() => target.requestSubmit(submitter));
  }

  /* A block's own form comes into the draft by its own button alone: until then, kept means kept here. */
  say(name, given) {
    super.say(name, given);
    const words = document.querySelector("[data-keep-words]")?.dataset.keptHere;
    if (name === "kept" && words) this.status?.querySelector("[data-keep-said]")?.replaceChildren(words);
  }

  /* The form shows what is wrong in it: as long as it does, what is typed is kept here, and the draft has none of it. */
  saidNo(why) {
    this.refused = why ?? "";
    if (why && this.number) this.say("problem", { words: why });
  }

  content() {
    return { own_form: this.said, sent: { own_form: this.said } };
  }

  lay({ own_form: body, base }) {
    if (base) this.element.dataset.base = base;
    this.said = body;
    this.whenStarted(() => this.give(body));
  }

  give(body) {
    this.said = body;
    this.element.querySelector("form[data-coop-studio]")?.dispatchEvent(new CustomEvent("coop:restore", { detail: body }));
    this.say("back");
  }

  whenStarted(act) {
    if (this.element.querySelector("form[data-started]")) act();
    else this.element.addEventListener("coop:started", act, { once: true });
  }

  learn(told) {
    if (told.values && told.base !== this.base) this.note = "meanwhile";
  }

  leave() {
    if (this.hasMore) call(this.url, "PUT", this.body(), { isLast: true });
  }

  asText() {
    return JSON.stringify(this.said, null, 2);
  }
}
