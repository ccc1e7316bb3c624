/*
 * Autosave that cannot lose. Every `form[data-keep]`, and every section of a block's own form (`[data-keep-own]`), is kept while
 * somebody types: on the device first, then on the site; sent later when the network or the sign-in is gone; shown again after a
 * crash; never sent under another person's name.
 */
import { openDevice } from "./keeping/device.js";
import { FormKeeper, OwnFormKeeper } from "./keeping/forms.js";
import { call, hear, takeToken, tell } from "./keeping/site.js";
import { sentence, showOthers } from "./keeping/words.js";

const PING = 20_000; // ms
const keepers = new Map();
let started = false;

/** Keep every form below `root`, each once. */
export function begin(root) {
  for (const form of below(root, "form[data-keep]")) take(form, FormKeeper);
  for (const section of below(root, "[data-keep-own]")) take(section, OwnFormKeeper);
  if (!started) beginPage();
  started = true;
}

/** Stop keeping a form that was saved or closed, and forget what this device has of it. */
export function end(element) {
  return keepers.get(element)?.end();
}

/** Wait until this device has forgotten what was saved: a page that is loaded again before that would find it and give it back. */
export const ended = () => Promise.allSettled([...keepers.values()].map((one) => one.ended));

/** Settle what is in hand of the forms below `root`, which are being closed. */
export function leave(root) {
  for (const keeper of alive()) if (root.contains(keeper.element)) keeper.leave();
}

const below = (root, selector) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
const alive = () => {
  for (const element of keepers.keys()) if (!element.isConnected) keepers.delete(element);
  return [...keepers.values()];
};
const keeperOf = (element) => alive().filter((one) => element.contains(one.element));

function take(element, Kind) {
  if (keepers.has(element) || !Number(element.dataset.person)) return;
  const keeper = new Kind(element);
  keepers.set(element, keeper);
  keeper.restore();
}

function beginPage() {
  addEventListener("online", () => alive().forEach((one) => one.failed && one.later(0)));
  addEventListener("focus", again);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") return again();
    for (const one of alive()) one.keepHere(), one.send();
  });
  addEventListener("pagehide", () => alive().forEach((one) => one.leave()));
  addEventListener("pageshow", ({ persisted }) => persisted && alive().forEach((one) => one.recheck()));
  addEventListener("beforeunload", (event) => alive().some((one) => one.hasMore && !one.element.dataset.safe) && event.preventDefault());
  document.addEventListener("submit", submitted, true);
  document.addEventListener("click", cancelled, true);
  document.addEventListener("coop:refused", refused);
  document.addEventListener("input", ({ target }) => {
    if (target.matches("[data-clash-both]")) target.closest(".st-clash-both").querySelector("input").checked = true;
  });
  hear(heard);
  sendWaiting();
  setInterval(ping, PING);
  setTimeout(ping, 1000);
}

/* Back in this tab: perhaps somebody signed in again meanwhile. */
function again() {
  for (const one of alive()) if (one.failed === "signedOut" || one.failed === "otherPerson") one.recheck();
}

function heard(word) {
  if (word.kind === "here") return again();
  if (word.kind !== "typed") return undefined;
  const keeper = alive().find((one) => one.record.key === word.key);
  if (!keeper || keeper.isOver || word.number <= keeper.number) return undefined;
  keeper.kept = Math.max(keeper.kept, word.number); // the other tab sends it
  keeper.number = Math.min(keeper.number, keeper.kept);
  keeper.lay({ ...word, base: undefined, was: undefined }, {});
  keeper.say("elsewhere");
  return undefined;
}

/* A form that is saved needs no keeping; should the save fail, keeping goes on with the next key, or by itself in a moment. */
function submitted({ target }) {
  const keeper = keepers.get(target);
  if (!keeper) return;
  keeper.keepHere();
  const { typed } = target.elements;
  if (typed) typed.value = keeper.typedIn().join(" "); // what was typed on another page meanwhile stays kept
  keeper.isOver = true;
  clearTimeout(keeper.toSite);
  setTimeout(() => {
    if (!target.isConnected) return void keeper.end(); // saved, and shown as it is now
    keeper.isOver = false;
    if (keeper.hasMore) keeper.later(0);
  }, 4000);
}

/* Cancelling throws away what was typed: only when its author says so. */
async function cancelled(event) {
  const button = event.target.closest?.("[data-cancel]");
  const editor = button?.closest("[data-editor]");
  const written = editor ? keeperOf(editor).filter((one) => !one.isOver && (one.number || one.laid?.size)) : [];
  if (!written.length || event.button !== 0 || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await isSure())) return;
  for (const one of written) {
    await one.end();
    await call(`${one.url}?language=${one.record.language}`, "DELETE");
  }
  button.click();
}

function isSure() {
  const dialog = document.getElementById("tk-confirm");
  const question = document.querySelector("[data-keep-words]")?.dataset.throw;
  if (!dialog?.showModal || !question) return Promise.resolve(true);
  dialog.querySelector("p").textContent = question;
  dialog.returnValue = "";
  return new Promise((done) => {
    dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });
}

/* Two wrote in one place of a block's own form: its page shows both texts. */
function refused({ target, detail }) {
  const page = target.closest("[data-keep-own]")?.dataset.keepOwn.replace(/\/working$/, "");
  if (page && detail?.code === "form_conflict") location.assign(page);
}

/* What waited on this device for the network or for its author goes to the site now, from whatever page of the Studio. */
async function sendWaiting() {
  const person = whoIsHere();
  if (!person) return;
  tell({ kind: "here", person });
  const device = await openDevice();
  for (const record of await device.all().catch(() => [])) {
    if (record.person !== person || alive().some((one) => one.record.key === record.key)) continue;
    const { language, base, number, controls, own_form } = record;
    const body = { language, person, base, number, ...(own_form ? { own_form } : { controls }) };
    const { status, told } = await call(own_form ? record.url : `${record.url}/settle`, own_form ? "PUT" : "POST", body);
    // Whatever came of it, the site has it: in the draft, or in the working copy where its author finds it.
    if (![200, 409].includes(status) && !(status === 422 && told.left)) continue;
    await device.forget(record.key, number).catch(() => {});
    tellAll("sent", record);
  }
}

const whoIsHere = () => Number(document.querySelector("template[data-keep-words]")?.dataset.person);

/* What concerns no form of this page is said at its head. */
function tellAll(name, given) {
  const line = document.createElement("p");
  line.className = "tk-notice tk-notice--ok st-keep-told";
  line.setAttribute("role", "status");
  document.getElementById("main")?.prepend(line);
  line.append(...sentence(name, given));
}

/* Others see where this author is, and the other way round, as long as the page is looked at. */
async function ping() {
  if (document.visibilityState !== "visible") return;
  const place = document.querySelector("[data-keep-here]");
  const open = alive().filter((one) => !one.isOver);
  const here = open.find((one) => one.element.contains(document.activeElement)) ?? open[0];
  const url = here ? here.url.replace(/working$/, "here") : place?.dataset.keepHere;
  if (!url || here?.failed) return;
  const { status, told } = await call(url, "POST", { field: here?.field ?? "" });
  if (status !== 200) return;
  if (told.person === (here?.record.person ?? whoIsHere())) takeToken(told.token);
  showOthers(told.others);
}

