/* Keeps what is typed into one form: on the device at once, on the site a moment later, until it is settled or thrown away. */
import { keyOf, openDevice } from "./device.js";
import { call, takeToken, tell } from "./site.js";
import { say, showOthers } from "./words.js";

const TO_DEVICE = 150; // ms without a key
const TO_SITE = 800;
const LONGEST = 5000; // ms until the site hears of it although typing goes on
const AGAIN = [2000, 4000, 8000, 15_000, 30_000, 60_000];

let latest = 0;
const nextNumber = (least = 0) => (latest = Math.max(latest + 1, least + 1, Date.now()));

/** What all keepers do; a plain form and a block's own form differ in `content()`, `lay(record)` and `learn(told)`. */
export class Keeper {
  constructor(element, part) {
    const { keep, keepOwn, course, block, name, language, person, number } = element.dataset;
    this.element = element;
    this.url = keep ?? keepOwn;
    this.record = { course, block, title: name, language, person: Number(person), part, url: this.url };
    this.record.key = keyOf(this.record);
    this.kept = Number(number) || 0; // the newest number that the site has
    this.number = 0; // of what was typed last in this page; 0: nothing
    this.tries = 0;
    this.isSending = false;
    this.isOver = false;
    this.field = "";
    this.refused = ""; // why the draft did not take it
  }

  get status() {
    return this.element.closest("[data-editor]")?.querySelector("[data-keep-status]") ?? this.element.querySelector("[data-keep-status]");
  }

  get base() {
    return this.element.dataset.base;
  }

  get hasMore() {
    return !this.isOver && this.number > this.kept;
  }

  /** Something was typed. */
  typed() {
    if (this.isOver) return;
    this.number = nextNumber(this.kept);
    this.since ??= Date.now();
    clearTimeout(this.toDevice);
    this.toDevice = setTimeout(() => this.keepHere(), TO_DEVICE);
    this.later(Math.min(TO_SITE, Math.max(0, this.since + LONGEST - Date.now())));
  }

  later(wait) {
    clearTimeout(this.toSite);
    this.toSite = setTimeout(() => this.send(), wait);
  }

  /** Write it down on this device, and show it in other tabs that have the same form open. */
  async keepHere() {
    clearTimeout(this.toDevice);
    if (!this.hasMore) return;
    const record = { ...this.record, number: this.number, base: this.base, at: Date.now(), ...this.content() };
    tell({ ...record, kind: "typed" });
    const device = await openDevice();
    try {
      await device.put(record);
      this.device = device.kind;
    } catch {
      this.device = "memory"; // full, or closed by the browser
    }
    this.element.dataset.safe = this.device === "memory" ? "" : "device";
    if (this.number > record.number) return;
    this.failed && this.sayFailed();
  }

  body() {
    const { language, person } = this.record;
    return { language, person, base: this.base, number: this.number, field: this.field, ...this.content().sent };
  }

  async send() {
    clearTimeout(this.toSite);
    if (this.isSending || !this.hasMore || !this.element.isConnected) return;
    if (this.isSaving) return this.later(TO_SITE); // kept after the save, it would be given back as if it were newer
    this.isSending = true;
    const number = this.number;
    this.since = undefined;
    this.answered = call(this.url, "PUT", this.body());
    const { status, told } = await this.answered;
    this.isSending = false;
    if (this.isOver) return;
    if (status === 200 && told.is_older) this.overtake(told, number);
    else if (status === 200) await this.done(told, number);
    else await this.notSent(status, told);
  }

  async done(told, number) {
    this.kept = Math.max(this.kept, number);
    this.tries = 0;
    this.failed = "";
    this.element.dataset.safe = "site";
    await (await openDevice()).forget(this.record.key, number).catch(() => {});
    this.hear(told);
    if (this.hasMore) return this.later(TO_SITE);
    const [problem] = told.problems ?? [];
    if (problem) this.say("problem", { words: `${problem.field}: ${problem.words}` });
    else if (this.refused) this.say("problem", { words: this.refused });
    else this.sayKept();
    this.offerFile(false);
  }

  /* The site has something that was typed later by its own clock, on another device: what is typed now comes after it. */
  overtake(told, number) {
    this.kept = told.number;
    if (this.number === number) this.number = nextNumber(told.number);
    this.later(0);
  }

  /* That a text came back, or that somebody else's came in, is said long enough to be read. */
  sayKept() {
    if (this.note) this.say(this.note);
    clearTimeout(this.saying);
    this.saying = setTimeout(() => !this.failed && this.say("kept"), this.note ? 5000 : 0);
    this.note = undefined;
  }

  async notSent(status, told) {
    const isSignedOut = status === 401 || (status === 403 && ["bad_csrf_token", "other_origin", "another_persons_text"].includes(told.code));
    if (isSignedOut) return this.recheck();
    const mayHelp = status === 0 || status >= 500 || status === 429;
    this.failed = mayHelp ? "device" : "notKept";
    this.why = told.message;
    this.sayFailed();
    if (mayHelp) this.later(AGAIN[Math.min(this.tries++, AGAIN.length - 1)]);
  }

  /** Ask who is signed in: the text goes only under its own author's name. */
  async recheck() {
    const { status, told } = await call(`${this.url}?language=${this.record.language}&base=${this.base}`, "GET");
    if (this.isOver) return;
    if (status === 200 && told.person === this.record.person) {
      takeToken(told.token);
      this.failed = "";
      this.hear(told);
      if (this.hasMore) this.later(0);
      return;
    }
    if (status === 0) return this.notSent(0, {});
    this.failed = status === 200 ? "otherPerson" : status === 401 ? "signedOut" : "notKept";
    this.why = told.message;
    this.sayFailed();
    this.later(AGAIN[Math.min(this.tries++ + 1, AGAIN.length - 1)]);
  }

  sayFailed() {
    if (this.failed === "device" && this.device === "memory") this.say("memory");
    else this.say(this.failed, { words: this.why ?? document.querySelector("[data-keep-words]")?.dataset.failed });
    this.offerFile(true);
  }

  say(name, given) {
    say(this.status, name, given);
  }

  /** Learn from an answer who is here and what the draft is now. */
  hear(told) {
    if (told.token && told.person === this.record.person) takeToken(told.token);
    if (told.others) showOthers(told.others);
    this.learn(told);
  }

  /** Lay what this device has, and the site has not, into the form, and send it. */
  async restore() {
    const found = await (await openDevice()).get(this.record.key).catch(() => undefined);
    if (!found || this.number) return;
    if (found.number <= this.kept || this.shows(found)) return (await openDevice()).forget(found.key, found.number).catch(() => {});
    this.lay(found);
    this.number = nextNumber(Math.max(found.number, this.kept));
    this.note = "back";
    this.say("back");
    this.later(0);
  }

  /** Tell whether the form shows all of a record already: it was saved with the last press of a button. */
  shows() {
    return false;
  }

  /** Tell whether the form is on its way into the draft just now, by its own button. */
  get isSaving() {
    return false;
  }

  /** Nothing more is kept: it was saved, or thrown away. */
  async end() {
    const last = Math.max(this.number, this.kept);
    this.isOver = true;
    clearTimeout(this.toDevice);
    clearTimeout(this.toSite);
    this.element.dataset.safe = "site";
    await (await openDevice()).forget(this.record.key, last).catch(() => {});
  }

  offerFile(shown) {
    const button = this.status?.querySelector("[data-keep-file]");
    if (!button) return;
    button.hidden = !shown;
    button.onclick = () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([this.asText()], { type: "text/plain;charset=utf-8" }));
      link.download = `${this.record.block.replace("/", "-")}.txt`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    };
  }
}
