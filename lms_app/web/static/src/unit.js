/* In a unit's page: starts the blocks that stand in it, gives frames their height, and renews their pass. */
import "./app.js"; // one file to fetch, not two
import { Runtime, segment, start } from "./blocks/contract.js";
import { carryToken } from "./blocks/token.js";

const RENEWED_AFTER = 60 * 60 * 1000; // a pass lives four hours
const TALLEST = 20000;
const frames = [...document.querySelectorAll("iframe.tk-frame")];
let renewed = Date.now();

/* An opaque frame says "null" where it comes from, and can only be addressed as anybody. */
const isOpaque = (frame) => !frame.sandbox.contains("allow-same-origin");
const originOf = (frame) => (isOpaque(frame) ? "null" : new URL(frame.src, location.href).origin);

addEventListener("message", ({ source, origin, data }) => {
  const frame = frames.find((one) => one.contentWindow === source);
  if (!frame || origin !== originOf(frame)) return;
  if (Number.isFinite(data?.takwinHeight)) frame.style.blockSize = `${Math.min(Math.max(data.takwinHeight, 0), TALLEST)}px`;
  if (data?.takwinRenew) renew();
  if (typeof data?.takwinGo === "string") go(new URL(data.takwinGo, location.href));
  if (data?.takwinChanged) frame.dispatchEvent(new CustomEvent("takwin:changed", { bubbles: true }));
});

/* A frame can't leave this page by itself; a click in it may lead to another page of this site, and nowhere else. */
function go(url) {
  if (url.origin === location.origin && navigator.userActivation?.isActive !== false) location.assign(url);
}

async function renew() {
  renewed = Date.now();
  for (const frame of frames) {
    const answer = await fetch(frame.dataset.renew).catch(() => null);
    if (!answer?.ok) return;
    const { token } = await answer.json();
    for (const one of frames) one.contentWindow.postMessage({ takwinPass: token }, isOpaque(one) ? "*" : originOf(one));
    return; // one unit, one pass for all its frames
  }
}

function renewIfDue() {
  if (frames.length && !document.hidden && Date.now() - renewed > RENEWED_AFTER) renew();
}
setInterval(renewIfDue, 60 * 1000);
document.addEventListener("visibilitychange", renewIfDue);

carryToken((path) => path.startsWith("/handler/"));

const unit = document.querySelector("[data-unit]");
if (unit) {
  const runtime = new Runtime({ addressOf: (usage) => `/handler/${segment(usage)}` });
  start(unit, runtime, (element, error) => console.warn(`block ${element.dataset.usageId} did not start:`, error));
}
