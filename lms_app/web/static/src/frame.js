/* Inside the frame of other people's blocks: puts the platform in place, starts the blocks, and talks to the page around it. */
import { Runtime, segment, start } from "./blocks/contract.js";
import { leadOut } from "./blocks/links.js";
import { hasMaths, loadMaths, typeset } from "./blocks/maths.js";
import { Passes } from "./blocks/passes.js";
import { mark, offer } from "./blocks/platform.js";
import { run } from "./blocks/scripts.js";

const { site, files, handlers, token, purpose, mathjax, failedWords, troubleWords } = document.documentElement.dataset;
const passes = new Passes(token, handlers, answered);
const runtime = new Runtime({ addressOf: (usage) => `${handlers}${passes.token}/${segment(usage)}`, resources: files });

/* A block's own form in the Studio tells how its saving goes. */
if (purpose === "form") {
  for (const event of ["save", "cancel", "error"]) {
    runtime.listenTo(event, (told) => tell({ takwinForm: event, state: String(told?.state ?? ""), message: String(told?.message ?? told?.title ?? "") }));
  }
}
passes.watch();
offer(document.documentElement.lang);
leadOut(site, (address) => tell({ takwinGo: address }));

addEventListener("message", (event) => {
  if (event.source !== parent || event.origin !== site) return;
  if (typeof event.data?.takwinPass === "string") passes.renew(event.data.takwinPass);
});

document.addEventListener("DOMContentLoaded", () => {
  mark(document);
  new ResizeObserver(tellHeight).observe(document.body);
  startAll();
});

async function startAll() {
  const needsMaths = hasMaths(document.body.innerHTML);
  if (needsMaths) await loadMaths(mathjax);
  for (const part of document.querySelectorAll(".tk-part")) {
    const scripts = part.querySelector(":scope > script.tk-part-scripts");
    await run(JSON.parse(scripts.textContent));
    start(part, runtime, failed);
    if (needsMaths) typeset(part);
  }
  window.jQuery?.(document).ajaxSuccess((_event, request) => setLater(request.responseText));
  document.documentElement.classList.add("tk-started");
  tellHeight();
}

/** Formulas may come with an answer, in a frame that had none. */
async function setLater(text) {
  if (window.MathJax || !text || !hasMaths(text.replace(/\\\\/g, "\\"))) return;
  await loadMaths(mathjax);
  typeset(document.body);
}

function failed(element, error) {
  console.warn(`block ${element.dataset.usageId} did not start:`, error);
  const line = Object.assign(document.createElement("p"), { className: "tk-trouble", textContent: failedWords });
  line.setAttribute("role", "status");
  element.prepend(line);
}

/** A call to a handler has ended: the page learns of what may have changed, the learner of what did not arrive. */
function answered(method, status) {
  if (method.toUpperCase() === "GET" || method.toUpperCase() === "HEAD") return;
  const isLost = status === 0 || status === 401 || status === 403 || status >= 500;
  const line = document.getElementById("tk-trouble");
  line.hidden = !isLost;
  line.textContent = isLost ? troubleWords : "";
  if (isLost) tell({ takwinRenew: true });
  else if (status < 300) tell({ takwinChanged: true });
}

function tellHeight() {
  tell({ takwinHeight: Math.ceil(document.body.getBoundingClientRect().height) });
}

function tell(message) {
  parent.postMessage(message, site);
}
