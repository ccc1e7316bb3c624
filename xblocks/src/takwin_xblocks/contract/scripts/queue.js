/*
 * What is noted without a network: kept on the phone before anything says so, shown until the site has it, sent in order, once.
 * Entries belong to a person and to this site; another person neither sees nor sends them. What pages must hold: contract/queue.py.
 */
import { allOf, keep, keepNew, lastTaken, newId, oneAtATime, put, take } from "./queue/device.js";
import { load, NOTHING, save, textOf } from "./queue/file.js";
import { ask, passOf } from "./queue/site.js";

const FIRST_PAUSE = 4_000; // ms
const LONGEST_PAUSE = 300_000;
const NEVER_NOTED = new Set(["csrf_token", "csrfmiddlewaretoken", "back", "attempt"]); // what hosts add to forms
const LASTING = new Set([400, 404, 405, 410, 413, 415, 422]); // three such answers that are not the block's: its author is asked
const roots = new Set();
const unkept = new Map(); // entries that this browser would not keep
const told = typeof BroadcastChannel === "function" ? new BroadcastChannel("takwin-queue") : null;
let why = "private"; // or "full"
let pause = FIRST_PAUSE;
let timer = 0;
let isSending = false;
let isOthers = false;

/** Begin the queue in a block's element, and show in its panel how things stand; call it again when its inside was replaced. */
export function queue(root) {
  const panel = root.querySelector("[data-queue-panel]");
  if (!panel) return null;
  if (!roots.has(root)) begin(root);
  panel.hidden = false;
  wire(root, panel);
  show(root).then((waiting) => waiting && send(root));
  return { add: (kind, data, label, photos) => add(root, kind, data, label, photos), list: () => listOf(root), send: () => send(root, true) };
}

const panelOf = (root) => root.querySelector("[data-queue-panel]");
const wordsOf = (root) => JSON.parse(panelOf(root).dataset.queueWords);
const alive = () => [...roots].filter((root) => (root.isConnected && panelOf(root) ? true : void roots.delete(root)));

/** All entries of the person of this page, in their order; those that could not be kept are among them. */
async function listOf(root) {
  const person = panelOf(root).dataset.queuePerson;
  const kept = await allOf(person).catch(() => []);
  return [...kept, ...[...unkept.values()].filter((one) => one.person === person)].sort((a, b) => a.seq - b.seq || (a.id < b.id ? -1 : 1));
}

function begin(root) {
  if (!roots.size) beginPage();
  roots.add(root);
  root.addEventListener(
    "submit",
    (event) => {
      if (event.defaultPrevented || !event.target.matches("form[data-queue]") || !panelOf(root)) return;
      event.preventDefault(); // so that neither the browser nor the block's own script sends it
      if (!event.target.getAttribute("aria-busy")) submitted(root, event.target, event.submitter);
    },
    true,
  );
}

function beginPage() {
  const again = () => {
    pause = FIRST_PAUSE;
    for (const root of alive().slice(0, 1)) send(root);
  };
  addEventListener("online", again);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && again());
  addEventListener("beforeunload", (event) => unkept.size && event.preventDefault());
  told?.addEventListener("message", () => alive().forEach(show));
}

async function changed() {
  told?.postMessage("changed");
  await Promise.all(alive().map(show));
}

// --- noting ---

async function submitted(root, form, button) {
  form.setAttribute("aria-busy", "true");
  try {
    const files = [...form.querySelectorAll("input[type=file][name]")];
    await null; // others who hear that it is sent begin to finish what they do
    await Promise.all(files.map((input) => input.coopReady)); // photos are made smaller, a recording ends
    const data = {};
    const pairs = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NEVER_NOTED.has(name));
    if (button && button.name) pairs.push([button.name, button.value]);
    for (const [name, value] of pairs) data[name] = name in data ? [data[name], value].flat() : value;
    const photos = [];
    for (const input of files) {
      for (const file of input.coopFiles || input.files) photos.push({ field: input.name, name: file.name || "photo.jpg", file });
    }
    const entry = await add(root, form.dataset.queue, data, labelOf(form), photos);
    if (!("queueKeep" in form.dataset)) form.reset();
    form.dispatchEvent(new CustomEvent("coop:queued", { bubbles: true, detail: entry }));
  } finally {
    form.removeAttribute("aria-busy");
  }
}

/** Return what the lists call the entry: the form's words with what was chosen or typed in the fields that they name. */
function labelOf(form) {
  return (form.dataset.queueLabel || form.dataset.queue).replace(/\{([\w-]+)\}/g, (_, name) => {
    const controls = [...form.elements].filter((one) => one.name === name && (!/radio|checkbox/.test(one.type) || one.checked));
    const said = (one) => (one.selectedOptions ? one.selectedOptions[0]?.text : /radio|checkbox/.test(one.type) ? one.labels[0]?.textContent : one.value);
    return controls.map((one) => (said(one) || "").trim()).join(", ");
  });
}

async function add(root, kind, data, label, photos = []) {
  const { queuePerson: person, queueBlock: block, queueUrl: url, queueTitle: place } = panelOf(root).dataset;
  const entry = { id: newId(), person, block, url, place, made_at: new Date().toISOString(), kind, data, label, photos };
  const words = wordsOf(root);
  try {
    Object.assign(entry, await keep(entry));
    note(root, words.kept);
    navigator.storage?.persist?.().catch(() => {});
  } catch (error) {
    unkept.set(entry.id, Object.assign(entry, { device: newId(), seq: unkept.size + 1 }));
    why = error?.name === "QuotaExceededError" ? "full" : "private";
    note(root, words[why], true);
  }
  pause = FIRST_PAUSE;
  await changed();
  send(root);
  return entry;
}

// --- sending ---

/** Send what waits, the oldest first, one at a time and from one tab alone; stop at the first that the network does not take. */
async function send(root, isAsked) {
  if (isSending || isOthers || !panelOf(root)) return;
  isSending = true;
  clearTimeout(timer);
  let fault = "";
  if (isAsked) note(root, wordsOf(root).sending); // another tab may be at it: this one waits for its turn
  try {
    fault = (await oneAtATime(() => sendAll(root, isAsked), isAsked)) || "";
  } finally {
    isSending = false;
  }
  const waiting = (await listOf(root)).some((one) => !one.needs);
  if (fault && unkept.size) note(root, wordsOf(root)[why], true); // what stays on the phone is not all
  else if (fault) note(root, wordsOf(root)[fault], fault !== "lost");
  else if (isAsked && waiting) note(root, ""); // another tab sends, and this browser knows no way to wait for it
  panelOf(root)?.querySelector("[data-queue-out]").toggleAttribute("hidden", fault !== "out");
  await changed();
  if (!waiting || fault === "other" || fault === "out") return;
  timer = setTimeout(() => alive().slice(0, 1).forEach((one) => send(one)), pause * (1 + Math.random() / 2));
  pause = Math.min(pause * 2, LONGEST_PAUSE);
}

async function sendAll(root, isAsked) {
  const pass = await passOf(panelOf(root).dataset.queuePerson);
  if (pass.fault === "other") hideAll();
  if (pass.fault) return pass.fault;
  const tried = new Set();
  for (;;) {
    const entry = (await listOf(root)).find((one) => !one.needs && !tried.has(one.id));
    if (!entry) {
      if (tried.size || isAsked) note(root, wordsOf(root).taken);
      return "";
    }
    tried.add(entry.id);
    if (isAsked || tried.size === 1) note(root, wordsOf(root).sending);
    const { fault, status, answer } = await ask(entry, pass.token);
    if (answer?.code === "other_person") {
      hideAll();
      return "other";
    }
    if (["stored", "replayed"].includes(answer?.code)) await acknowledged(entry, answer);
    else if (["conflict", "refused"].includes(answer?.code) && answer.id) await change({ ...entry, needs: true, message: answer.message });
    else {
      const failures = (entry.failures || 0) + (LASTING.has(status) ? 1 : 0);
      const isOver = failures > 2;
      if (failures) await change({ ...entry, failures, needs: isOver, message: answer?.message || wordsOf(root).failed });
      if (!isOver) return fault || "failed";
    }
  }
}

/** The site has it: only now it leaves the phone, and is remembered as the last that was taken. */
async function acknowledged(entry, answer) {
  if (!unkept.delete(entry.id)) await take(entry, answer.received_at);
  pause = FIRST_PAUSE;
  for (const root of alive()) {
    if (panelOf(root).dataset.queueBlock === entry.block) root.dispatchEvent(new CustomEvent("coop:taken", { bubbles: true, detail: { entry, answer } }));
  }
  await changed();
}

async function change(entry) {
  if (unkept.has(entry.id)) unkept.set(entry.id, entry);
  else await put(entry);
  await changed();
}

/** Somebody else is signed in: nothing of this person is shown or sent from here. */
function hideAll() {
  isOthers = true;
  for (const root of alive()) {
    const words = document.createElement("p");
    words.setAttribute("role", "alert");
    words.textContent = wordsOf(root).other;
    root.replaceChildren(words);
  }
  document.dispatchEvent(new CustomEvent("coop:other-person"));
}

// --- showing ---

/** Return the hour, with the day where it is not today, kept apart from the words around it. */
function timeOf(when, language) {
  const time = new Date(when);
  const options = { timeStyle: "short", hourCycle: "h23", numberingSystem: "latn" };
  if (time.toDateString() !== new Date().toDateString()) options.dateStyle = "medium";
  return `\u2068${time.toLocaleString(language || undefined, options)}\u2069`;
}

const counted = (words, name, count, language) =>
  words[name][new Intl.PluralRules(language || undefined).select(count)].replace("{count}", new Intl.NumberFormat(language || undefined, { numberingSystem: "latn" }).format(count));

/** Say how many entries of a file stay out since they are of other blocks, and of which. */
function leftOut(words, places, language) {
  const named = [...new Set(places)].map((one) => `\u2068${one}\u2069`).join(" · ");
  return counted(words, "left_out", places.length, language).replace("{places}", () => named);
}

function note(root, said, isBad) {
  const line = panelOf(root)?.querySelector("[data-queue-note]");
  if (!line) return;
  line.textContent = said;
  line.dataset.state = isBad ? "error" : "";
}

/** Show how things stand; return how many wait to be sent. */
async function show(root) {
  const panel = panelOf(root);
  if (!panel || isOthers) return 0;
  const words = wordsOf(root);
  const { queueLanguage: language, queuePerson: person } = panel.dataset;
  const entries = await listOf(root);
  const needs = entries.filter((one) => one.needs);
  const waiting = entries.filter((one) => !one.needs);
  const kept = waiting.filter((one) => !unkept.has(one.id)).length;
  const find = (name) => panel.querySelector(`[data-queue-${name}]`);
  const lines = [["unkept", waiting.length - kept], ["waiting", kept], ["needs", needs.length]].filter(([, count]) => count);
  const said = lines.map(([name, count]) => counted(words, name, count, language)).join(" ") || words.none;
  const status = find("status");
  if (status.textContent !== said) status.textContent = said; // told again only when it changed
  status.dataset.count = entries.length;
  panel.dataset.state = unkept.size || needs.length ? "error" : waiting.length ? "waiting" : "";
  fill(root, find("list"), waiting, panel);
  fill(root, find("needs"), needs, panel);
  find("list").parentElement.hidden = !waiting.length;
  find("needs").hidden = !needs.length;
  if (!entries.length && document.activeElement === find("send")) status.focus(); // the button goes
  find("send").hidden = !entries.length;
  const last = await lastTaken(person).catch(() => null);
  find("last").textContent = last ? words.last.replace("{time}", timeOf(last, language)) : "";
  return waiting.length;
}

function fill(root, list, entries, panel) {
  const shown = entries.map(({ id, message = "" }) => id + message).join();
  if (list.dataset.shown === shown) return; // whoever stands in the list with the keyboard stays there
  list.dataset.shown = shown;
  const template = panel.querySelector("[data-queue-item]").content.firstElementChild;
  list.replaceChildren(
    ...entries.map((entry) => {
      const line = template.cloneNode(true);
      const find = (name) => line.querySelector(`[data-${name}]`);
      find("label").textContent = entry.block === panel.dataset.queueBlock || !entry.place ? entry.label : `${entry.place}: ${entry.label}`;
      find("time").textContent = timeOf(entry.made_at, panel.dataset.queueLanguage);
      find("message").textContent = entry.needs ? entry.message || "" : "";
      find("acts").hidden = !entry.needs;
      find("again").onclick = () => change({ ...entry, needs: false, failures: 0 }).then(() => send(root, true));
      find("remove").onclick = async () => {
        if (!confirm(wordsOf(root).sure)) return;
        if (!unkept.delete(entry.id)) await take(entry);
        await changed();
        panel.querySelector("[data-queue-status]").focus();
      };
      return line;
    }),
  );
}

function wire(root, panel) {
  const on = (name, act) => (panel.querySelector(`[data-queue-${name}]`)[name === "load" ? "onchange" : "onclick"] = act);
  const words = wordsOf(root);
  panel.querySelector("[data-queue-status]").tabIndex = -1;
  panel.querySelector("[data-queue-out] a").href = location.href;
  on("send", () => {
    pause = FIRST_PAUSE;
    send(root, true);
  });
  on("save", async () => save(await listOf(root), panel.dataset.queuePerson));
  on("copy", async () => {
    const text = textOf(await listOf(root));
    await navigator.clipboard.writeText(text).then(() => note(root, words.copied), () => prompt(words.copied, text));
  });
  on("load", async ({ target }) => {
    const { found, elsewhere } = await load(target.files[0], panel.dataset).catch(() => NOTHING);
    target.value = "";
    const before = new Set((await listOf(root)).map((one) => one.id));
    const wanted = found.filter((one) => !before.has(one.id));
    let fresh = [];
    try {
      fresh = await keepNew(wanted); // what waits already is never written over
    } catch {
      fresh = wanted;
      for (const entry of fresh) unkept.set(entry.id, entry);
    }
    await changed();
    const said = [];
    if (found.length) said.push(counted(words, "loaded", fresh.length, panel.dataset.queueLanguage));
    if (elsewhere.length) said.push(leftOut(words, elsewhere, panel.dataset.queueLanguage));
    note(root, said.join(" ") || words.not_ours, !found.length || elsewhere.length);
    if (fresh.length) send(root);
  });
}
