/* A page that shows one view of a block: a field page keeps itself on the phone for its reader. */
import { forgetOthers, freshOf, keep, readerTold } from "./fieldwork/kept.js";

const page = document.querySelector("[data-work]");
const isFromPhone = document.documentElement.hasAttribute("data-kept");
const canKeep = "caches" in self && "serviceWorker" in navigator;

if (page && "field" in page.dataset) begin(JSON.parse(page.dataset.words));

function begin(words) {
  const { reader } = page.dataset;
  const isMine = readerTold() === reader;
  if (isFromPhone && !isMine) return notMine(words);
  document.documentElement.dataset.mine = "";
  document.addEventListener("coop:other-person", leave);
  if (isFromPhone) return say(words, "shown");
  if (!canKeep) return say(words, "not_kept");
  say(words, "keeping");
  if (document.readyState === "complete") keepPage(words);
  else addEventListener("load", () => keepPage(words));
}

/** The phone kept this page for somebody else: nothing of it is shown, and it is forgotten. */
function notMine(words) {
  page.closest("body").querySelector("main").textContent = words.other;
  document.documentElement.dataset.mine = "";
  forgetOthers(readerTold() ?? "-");
}

/** Another person signed in while this page stood open: the site decides what they may see here. */
async function leave() {
  await forgetOthers("-").catch(() => {});
  location.reload();
}

function say(words, state) {
  const line = document.querySelector("[data-kept-state]");
  const told = document.documentElement.dataset.kept;
  const time = told ? new Date(told).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23", numberingSystem: "latn" }) : "";
  line.textContent = words[state].replace("{time}", `\u2068${time}\u2069`);
  line.dataset.state = state;
}

async function keepPage(words) {
  const url = new URL(location.pathname + location.search, location.href);
  try {
    await navigator.serviceWorker.register(page.dataset.worker, { scope: page.dataset.scope });
    await navigator.serviceWorker.ready;
    await keep(page.dataset.reader, url, await freshPage(url), filesOf());
    say(words, "kept");
  } catch {
    say(words, "not_kept");
  }
}

/** Return this page as the site gave it: the worker laid it aside, or else it is asked for again. */
async function freshPage(url) {
  const { reader } = page.dataset;
  const laid = await (await caches.open(freshOf(reader))).match(url.href);
  const response = laid ?? (await fetch(url, { headers: { Accept: "text/html" } }));
  if (response.headers.get("Takwin-Reader") !== reader) throw new TypeError("another reader's");
  return response;
}

/** Return the addresses of all that this page loaded, and of files that attributes in it name, to be loaded later. */
function filesOf() {
  const later = [...document.querySelectorAll("[data-unit] *")].flatMap((one) => Object.values(one.dataset)).filter((value) => value.startsWith("/resource/"));
  const named = [
    ...later,
    ...[...document.querySelectorAll("script[src]")].map((one) => one.src),
    ...[...document.querySelectorAll("link[rel~=stylesheet],link[rel~=icon]")].map((one) => one.href),
    ...performance.getEntriesByType("resource").map((one) => one.name),
  ];
  const isFile = (url) => url.origin === location.origin && /\/(static|resource)\//.test(url.pathname);
  return [...new Set(named.map((one) => new URL(one, location.href)).filter(isFile).map((url) => url.href))];
}
