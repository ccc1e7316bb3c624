/* On a trainer's page: frames of other people's blocks get their height and fresh passes; a form in one says when it was kept. */
const RENEWED_AFTER = 60 * 60 * 1000; // a pass lives four hours
const TALLEST = 20000;
const born = new WeakMap();
let isListening = false;

/* An opaque frame says "null" where it comes from, and can only be addressed as anybody. */
const isOpaque = (frame) => !frame.sandbox.contains("allow-same-origin");
const originOf = (frame) => (isOpaque(frame) ? "null" : new URL(frame.src, location.href).origin);
const all = () => [...document.querySelectorAll("iframe.tk-frame[data-frame-of]")];

/** Listen to the frames of the page, those that come into it later among them. */
export function begin(root) {
  for (const frame of root.querySelectorAll("iframe.tk-frame[data-frame-of]")) born.set(frame, born.get(frame) ?? Date.now());
  if (isListening) return;
  isListening = true;
  addEventListener("message", hear);
  setInterval(renewOld, 60 * 1000);
  document.addEventListener("visibilitychange", renewOld);
}

function hear({ source, origin, data }) {
  const frame = all().find((one) => one.contentWindow === source);
  if (!frame || origin !== originOf(frame)) return;
  if (Number.isFinite(data?.takwinHeight)) frame.style.blockSize = `${Math.min(Math.max(data.takwinHeight, 0), TALLEST)}px`;
  if (data?.takwinRenew) renew(frame);
  if (frame.dataset.purpose === "form" && data?.takwinForm) told(frame, data);
}

async function renew(frame) {
  born.set(frame, Date.now());
  const answer = await fetch(frame.dataset.renew, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const { token } = await answer.json();
  frame.contentWindow?.postMessage({ takwinPass: token }, isOpaque(frame) ? "*" : originOf(frame));
}

function renewOld() {
  if (document.hidden) return;
  for (const frame of all()) if (Date.now() - (born.get(frame) ?? Date.now()) > RENEWED_AFTER) renew(frame);
}

/* What a block's own form says of its saving; a page that shows the block in place takes it from here. */
function told(frame, { takwinForm, state, message }) {
  const place = frame.closest("[data-framed-form]");
  const line = place?.querySelector("[data-frame-said]");
  if (line) line.textContent = takwinForm === "error" ? message || line.dataset.failed : "";
  if (takwinForm === "cancel") place?.closest("[data-editor]")?.querySelector("[data-cancel]")?.click();
  if (takwinForm !== "save" || state === "start") return;
  if (line) line.textContent = line.dataset.saved;
  const kept = new CustomEvent("studio:kept", { bubbles: true, cancelable: true });
  if (frame.dispatchEvent(kept)) location.reload();
}
