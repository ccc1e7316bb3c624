/* One piece of work after the other: the next one is fetched while this one is read, and takes its place once this is judged. */
import { Runtime, segment, start } from "../blocks/contract.js";

const SHORTCUTS = { KeyN: "[data-way=next]", KeyP: "[data-way=previous]", KeyL: "[data-way=list]" };
/* Answers of blocks that would lead on to their own next piece of work: here the desk's next one comes. */
const NEXT_BY_BLOCK = ["judged", "second", "third", "sent_back", "saved"];
const CONTROLS = "input:not([type=hidden]), select, textarea, button";

let waiting = null; // the next page: {href, text}

const place = () => document.querySelector("[data-judging]");

/** Begin on the page of a piece of work; on any other page, nothing happens. */
export function beginJudging() {
  if (!place()) return;
  addEventListener("keydown", onKey);
  for (const code of NEXT_BY_BLOCK) addEventListener(`coop:${code}`, takeOver, true);
  addEventListener("popstate", () => location.reload());
  watchHandlers();
  prepare();
}

/* The keys are found by their place, so that they work whatever letters are on them; with Alt they can be used while typing. */
function onKey(event) {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.code === "KeyJ") {
    event.preventDefault();
    toJudging();
    return;
  }
  const link = SHORTCUTS[event.code] && document.querySelector(SHORTCUTS[event.code]);
  if (!link) return;
  event.preventDefault();
  link.click();
}

function toJudging() {
  const form = [...document.querySelectorAll(".td-work form")].find((one) => one.querySelector(CONTROLS));
  form?.querySelector(CONTROLS).focus();
}

/* What a block's script sends goes to a handler; afterwards this piece may be judged. */
function watchHandlers() {
  const send = window.fetch;
  window.fetch = async (...given) => {
    const answer = await send(...given);
    const address = new URL(given[0]?.url ?? given[0], location.href);
    if (address.origin === location.origin && address.pathname.startsWith("/handler/") && answer.ok) setTimeout(look, 0);
    return answer;
  };
}

function takeOver({ detail }) {
  if (!detail?.next || !place() || place().dataset.done) return;
  delete detail.next;
  place().dataset.done = "yes";
  goOn();
}

async function look() {
  const here = place();
  if (!here || here.dataset.done) return;
  const answer = await fetch(here.dataset.judging, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || (await answer.json()).waits || here !== place()) return;
  here.dataset.done = "yes";
  goOn();
}

function prepare() {
  const keys = document.querySelector("[data-desk-keys]");
  if (keys) keys.hidden = matchMedia("(pointer: coarse)").matches; // a phone has no such keys
  waiting = null;
  const href = document.querySelector("[data-next-work]")?.href;
  if (!href) return;
  const fetched = fetch(href, { headers: { Accept: "text/html" } });
  waiting = fetched.then(async (answer) => ({ href: answer.url, text: answer.ok ? await answer.text() : "" })).catch(() => null);
}

async function goOn() {
  const words = document.querySelector("[data-desk-keys]").dataset;
  const next = waiting && (await waiting);
  if (!next) {
    say(words.leftWords);
    return;
  }
  const page = new DOMParser().parseFromString(next.text, "text/html");
  const body = page.querySelector("[data-judging]");
  if (!body) {
    location.assign(next.href);
    return;
  }
  await show(page);
  history.pushState(null, "", next.href);
  const name = place().querySelector("h1");
  say(words.nextWords.replace("{name}", name.textContent));
  name.focus();
  scrollTo(0, 0);
  prepare();
}

/* The page's parts take the place of those that are shown; scripts and styles that it brings are loaded first. */
async function show(page) {
  await Promise.all([...page.querySelectorAll("script[src][defer], link[rel=stylesheet]")].map(load));
  for (const part of ["#main", ".tk-breadcrumb"]) {
    const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
    if (old && fresh) old.replaceWith(document.importNode(fresh, true));
  }
  document.querySelector("[data-next-work]")?.remove();
  const next = page.querySelector("[data-next-work]");
  if (next) document.head.append(document.importNode(next, true));
  document.title = page.title;
  const runtime = new Runtime({ addressOf: (usage) => `/handler/${segment(usage)}` });
  start(document.querySelector("[data-unit]"), runtime, (element, error) => console.warn("block did not start:", error));
}

function load(wanted) {
  const isScript = wanted.localName === "script";
  const name = isScript ? "src" : "href";
  const address = wanted.getAttribute(name);
  if (document.querySelector(`${wanted.localName}[${name}="${CSS.escape(address)}"]`)) return undefined;
  return new Promise((done) => {
    const made = document.createElement(wanted.localName);
    made.addEventListener("load", done);
    made.addEventListener("error", done);
    if (!isScript) made.rel = "stylesheet";
    made[name] = address;
    document.head.append(made);
  });
}

function say(words) {
  const status = document.querySelector("[data-said]");
  if (status) status.textContent = words;
}
