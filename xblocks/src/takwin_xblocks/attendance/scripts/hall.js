/* The page in the hall: who is here, who is noted already, who is on no list. The phone only guesses; the site decides later. */

import { headers } from "../../contract/scripts/block.js";

const LAST = 10; // check-ins of this phone that can be taken back here
const MISTAKEN = { O: "0", I: "1", L: "1" };

/** Return a code as it is compared: capitals, plain figures, no marks, look-alike letters as their figures. */
export function plainCode(typed) {
  const figures = typed.replace(/\p{Nd}/gu, (one) => figureOf(one));
  return figures.toUpperCase().replace(/[^0-9A-Z]/g, "").replace(/[OIL]/g, (one) => MISTAKEN[one]).slice(0, 200);
}

function figureOf(one) {
  let start = one.codePointAt(0);
  while (/\p{Nd}/u.test(String.fromCodePoint(start - 1)) && one.codePointAt(0) - start < 9) start -= 1;
  return String(one.codePointAt(0) - start);
}

/** Return by what the list knows a code, which it does not hold; '' where this browser cannot tell. */
async function nameOf(code) {
  if (!self.crypto?.subtle) return "";
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(code));
  return [...new Uint8Array(digest)].map((one) => one.toString(16).padStart(2, "0")).join("").slice(0, 7);
}

export class Hall {
  constructor(root, page, kept) {
    Object.assign(this, { root, page, kept, words: JSON.parse(page.dataset.words), people: new Map(), guests: new Map() });
    this.form = page.querySelector("[data-attendance-form=checkin]");
    this.list = page.querySelector("[data-attendance-names]");
    this.says = page.querySelector("[data-attendance-says]");
    this.readRows();
    this.wire();
    this.choose();
    this.ready = Promise.all([this.readWaiting(), this.fetchMore()]).then(() => this.show());
    this.show();
  }

  // --- what is known ---

  readRows() {
    for (const row of this.list.children) {
      const { learner, code = "", group = "", here = "{}" } = row.dataset;
      const name = row.querySelector(".attendance-names__name").textContent;
      this.people.set(learner, { id: learner, name, code, group, here: JSON.parse(here), row, waiting: {} });
    }
  }

  /** What waits on this phone counts here already: the page may be older than it. */
  async readWaiting() {
    const back = new Set();
    const entries = (await this.kept.list()).filter((one) => one.block === this.root.querySelector("[data-queue-panel]").dataset.queueBlock);
    for (const { kind, data } of entries) if (kind === "undo") [data.of].flat().forEach((id) => back.add(id));
    for (const entry of entries) {
      if (entry.kind !== "checkin" || back.has(entry.id)) continue;
      const person = entry.data.learner ? this.people.get(entry.data.learner) : await this.whose(entry.data.code || "");
      if (person) this.mark(person, entry.data.slot, entry);
    }
  }

  mark(person, slot, entry) {
    person.here[slot] ||= entry.made_at;
    (person.waiting[slot] ||= []).push(entry.id);
  }

  /** A list too long for the page is fetched, and kept beside the page where the host keeps that on the phone. */
  async fetchMore() {
    const { rosterUrl } = this.page.dataset;
    if (!rosterUrl) return;
    const people = (await this.fetched(rosterUrl)) || (await fetch(rosterUrl).then((one) => one.json()).catch(() => null));
    if (!people) return;
    for (const one of people) if (!this.people.has(one.id)) this.people.set(one.id, { ...one, waiting: {}, row: this.newRow(one) });
    this.isWhole = true;
    this.page.querySelector("[data-attendance-more]")?.remove();
    keepBeside(rosterUrl, people).catch(() => {});
  }

  async fetched(address) {
    const people = [];
    for (let after = ""; ; ) {
      const options = { method: "POST", body: new URLSearchParams({ after }), headers: headers(this.form), credentials: "same-origin" };
      const answer = await fetch(address, options).then((one) => (one.ok ? one.json() : null)).catch(() => null);
      if (!answer) return null;
      people.push(...answer.people);
      if (!answer.after) return people;
      after = answer.after;
    }
  }

  newRow({ id, name, group }) {
    const row = this.list.firstElementChild.cloneNode(true);
    row.querySelector(".attendance-names__name").textContent = name;
    Object.assign(row.dataset, { learner: id, group });
    delete row.dataset.code; // the first row's, of which this is a copy
    const button = row.querySelector("button");
    button.value = id;
    button.setAttribute("aria-label", this.say("tick_name", { name }));
    this.list.append(row);
    return row;
  }

  async whose(code) {
    const plain = plainCode(code);
    const known = plain && (await nameOf(plain));
    return known ? [...this.people.values()].find((one) => one.code === known) : undefined;
  }

  get slot() {
    return this.form.querySelector("[name=slot]:checked")?.value || "";
  }

  // --- the page ---

  wire() {
    this.form.noValidate = true; // what is missing is said where all else is said
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      const learner = event.submitter?.name === "learner" && event.submitter.value;
      const field = this.form.elements.code;
      if (learner) return this.tick(learner);
      this.note({ code: field.value, how: "typed" }).then((isTaken) => isTaken && ((field.value = ""), field.focus()));
    });
    const guest = this.page.querySelector("[data-attendance-form=guest]");
    guest.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      this.noteGuest(guest);
    });
    guest.querySelector("[data-attendance-guest-slot]").hidden = true;
    for (const tools of this.page.querySelectorAll("[data-attendance-tools]")) tools.hidden = false;
    const narrow = () => this.narrow();
    this.page.querySelector("[data-attendance-search]")?.addEventListener("input", narrow);
    this.page.querySelector("[data-attendance-group]")?.addEventListener("change", narrow);
    this.form.addEventListener("change", (event) => event.target.name === "slot" && this.chosen());
    this.root.addEventListener("coop:taken", (event) => this.taken(event.detail));
  }

  /** Choose the half-day that was chosen last on this page, else today's; which it is, is always plain to see. */
  choose() {
    if (this.slot) return;
    const now = new Date();
    const today = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((one) => String(one).padStart(2, "0")).join("-");
    const radios = [...this.form.querySelectorAll("[name=slot]")];
    const todays = radios.filter((one) => one.dataset.date === today);
    const afternoon = now.getHours() > 12;
    const best = todays.find((one) => (parseInt(one.dataset.starts, 10) >= 12) === afternoon) || todays[0];
    if (best) best.checked = true;
  }

  chosen() {
    this.tell("", "");
    this.show();
  }

  narrow() {
    const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    const wanted = fold(this.page.querySelector("[data-attendance-search]")?.value || "").trim();
    const group = this.page.querySelector("[data-attendance-group]")?.value || "";
    for (const one of this.people.values()) one.row.hidden = !fold(one.name).includes(wanted) || Boolean(group && one.group !== group);
    this.show();
  }

  show() {
    const { slot } = this;
    let count = 0;
    for (const one of this.people.values()) {
      const since = one.here[slot];
      if (since && !one.row.hidden) count += 1;
      one.row.dataset.here = since ? "yes" : "";
      const said = since ? "✓ " + hour(since) + (one.waiting[slot] ? " · " + this.words.waits : "") : "";
      one.row.querySelector("[data-attendance-state]").textContent = said;
      const button = one.row.querySelector("button");
      button.textContent = since ? "✓" : this.words.tick;
      button.setAttribute("aria-pressed", since ? "true" : "false");
    }
    const expected = [...this.people.values()].filter((one) => !one.row.hidden).length;
    for (const row of this.page.querySelectorAll(".attendance-counts__row")) {
      row.hidden = row.dataset.slot !== slot;
      if (row.hidden) continue;
      row.querySelector("[data-attendance-here]").textContent = count;
      if (!this.page.dataset.rosterUrl || this.isWhole) row.querySelector("[data-attendance-expected]").textContent = expected;
    }
  }

  /** Say large what became of it: `here` is green, `again` amber, `stranger` red. */
  tell(kind, message) {
    this.says.dataset.kind = kind;
    this.says.textContent = message;
    if (kind) navigator.vibrate?.(kind === "here" ? 60 : [80, 60, 80]);
  }

  say(kind, given = {}) {
    return this.words[kind].replace(/\{(\w+)\}/g, (_, name) => given[name] ?? "");
  }

  // --- noting ---

  tick(learner) {
    const person = this.people.get(learner);
    if (!person) return;
    if (person.here[this.slot]) return this.tell("again", this.say("again", { name: person.name, time: hour(person.here[this.slot]) }));
    return this.note({ learner, how: "ticked" });
  }

  /** Keep a check-in on the phone, and say what it seems to be. */
  async note({ code = "", learner = "", how }) {
    const { slot } = this;
    if (!slot) return this.refuse("choose");
    const plain = plainCode(code);
    if (!learner && !plain) return this.refuse("empty");
    const person = learner ? this.people.get(learner) : await this.whose(code);
    const since = person?.here[slot];
    const label = person ? person.name : this.say("code_label", { code: code.slice(0, 40) });
    const entry = await this.kept.add("checkin", learner ? { slot, learner, how } : { slot, code: code.slice(0, 200), how }, label);
    if (person) this.mark(person, slot, entry);
    const isGuess = !person && (!self.crypto?.subtle || (this.page.dataset.rosterUrl && !this.isWhole));
    const kind = since ? "again" : person ? "here" : isGuess ? "unknown" : "stranger";
    this.tell(kind, this.say(kind, { name: person?.name, time: since && hour(since) }));
    this.addLast(entry, person, label, kind);
    this.show();
    return true;
  }

  refuse(kind) {
    this.tell("refused", this.say(kind));
    return false;
  }

  async noteGuest(form) {
    if (!this.slot) return this.refuse("choose");
    if (!form.reportValidity()) return;
    const data = { slot: this.slot };
    for (const name of ["name", "organisation", "phone", "sex"]) data[name] = form.elements[name].value;
    const entry = await this.kept.add("guest", data, data.name);
    this.guests.set(entry.id, data.name);
    form.reset();
    this.tell("here", this.say("guest", { name: data.name }));
    this.addLast(entry, null, data.name, "here");
  }

  /** What the site said of an entry: it knows who a stranger is, and what other phones noted. */
  taken({ entry, answer }) {
    if (entry.kind !== "checkin" || !["here", "again", "stranger"].includes(answer.outcome)) return;
    const person = this.people.get(String(answer.learner));
    if (person) {
      person.here[entry.data.slot] ||= entry.made_at;
      delete person.waiting[entry.data.slot];
    }
    const line = this.page.querySelector(`[data-attendance-last] [data-entry="${entry.id}"] [data-outcome]`);
    if (line) [line.textContent, line.parentElement.dataset.kind] = [answer.message, answer.outcome];
    this.show();
  }

  // --- what was noted last, and taking it back ---

  addLast(entry, person, label, kind) {
    const list = this.page.querySelector("[data-attendance-last]");
    this.page.querySelector("[data-attendance-last-box]").hidden = false;
    const line = document.createElement("li");
    line.dataset.entry = entry.id;
    line.dataset.kind = kind;
    line.append(bdi(label), " ", ltr(hour(entry.made_at)), " ");
    const outcome = document.createElement("span");
    outcome.dataset.outcome = "";
    line.append(outcome);
    if (person) line.append(this.undoButton(line, entry, person));
    list.prepend(line);
    while (list.children.length > LAST) list.lastElementChild.remove();
  }

  undoButton(line, entry, person) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "coop__button coop__button--quiet", textContent: this.words.undo });
    button.setAttribute("aria-label", `${this.words.undo}: ${person.name}`);
    button.addEventListener("click", () => button.replaceWith(this.why(line, entry, person)));
    return button;
  }

  why(line, entry, person) {
    const box = document.createElement("fieldset");
    const legend = document.createElement("legend");
    legend.textContent = this.words.why;
    box.append(legend);
    for (const [reason, said] of [...Object.entries(this.words.reasons), ["", this.words.keep]]) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "coop__button coop__button--quiet", textContent: said });
      button.addEventListener("click", () => {
        box.remove();
        if (reason) this.takeBack(line, entry, person, reason);
        else line.append(this.undoButton(line, entry, person));
      });
      box.append(button);
    }
    setTimeout(() => box.querySelector("button").focus());
    return box;
  }

  async takeBack(line, entry, person, reason) {
    const { slot } = entry.data;
    const data = { key: `${slot}/${person.id}`, of: [entry.id], reason };
    await this.kept.add("undo", data, this.say("undone", { name: person.name }));
    const left = (person.waiting[slot] || []).filter((id) => id !== entry.id);
    if (left.length) person.waiting[slot] = left;
    else if (line.dataset.kind !== "again") {
      delete person.waiting[slot];
      delete person.here[slot];
    }
    line.dataset.kind = "undone";
    this.tell("again", this.say("undone", { name: person.name }));
    this.show();
  }
}

/** Lay the list into the cache in which the host keeps this page, so that it is forgotten together with the page. */
async function keepBeside(address, people) {
  const isMine = (name) => name.endsWith(` ${location.pathname}${location.search}`);
  for (let tries = 0; tries < 20; tries += 1) {
    const name = self.caches && (await caches.keys()).find(isMine);
    if (name) return (await caches.open(name)).put(address, new Response(JSON.stringify(people), { headers: { "Content-Type": "application/json" } }));
    await new Promise((done) => setTimeout(done, 500));
  }
}

const hour = (when) => new Date(when).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23", numberingSystem: "latn" });

function bdi(text) {
  const made = document.createElement("bdi");
  made.textContent = text;
  return made;
}

function ltr(text) {
  const made = bdi(text);
  made.dir = "ltr";
  return made;
}
