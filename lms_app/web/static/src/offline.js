/* The page that checks certificates without a network. */
import { hasCamera, scan } from "./verify/camera.js";
import { answerTo } from "./verify/judge.js";
import { keptTrust, remember, takeTrust } from "./verify/knowledge.js";
import { show } from "./verify/page.js";
import { TrustFault } from "./verify/trust.js";

const WEEK = 7 * 86_400_000;
const main = document.querySelector("[data-offline]");
const words = JSON.parse(document.getElementById("words").textContent);
const part = (name) => main.querySelector(`[data-${name}]`);
const language = document.documentElement.lang;
let trust = null;
let stop = null;

const moment = (text) =>
  new Intl.DateTimeFormat(language === "ar" ? "ar-MA" : language, { dateStyle: "long", timeStyle: "short" }).format(new Date(text));

function tellKnowledge() {
  part("as-of").textContent = trust ? `${words.as_of} ${moment(trust.as_of)}` : words.nothing_yet;
  const isOld = trust && Date.now() - Date.parse(trust.as_of) > WEEK;
  part("age").textContent = isOld ? words.old : "";
  part("known").dataset.tone = trust ? (isOld ? "warn" : "ok") : "ask";
}

async function update() {
  delete part("state").dataset.fault;
  try {
    trust = await takeTrust(main.dataset.trust, trust);
    part("state").textContent = words.updated;
  } catch (error) {
    const isRefused = error instanceof TrustFault;
    part("state").dataset.fault = isRefused ? error.fault : "no_network";
    part("state").textContent = !isRefused ? words.no_network : (words[error.fault] ?? words.not_taken);
  }
  tellKnowledge();
}

async function ask(text) {
  if (!text.trim()) return;
  if (!trust) await update();
  if (!trust) return;
  show(part("answer"), await answerTo(text, trust, Date.now()), trust, words, language);
  part("answer").focus();
}

function closeCamera() {
  stop?.();
  stop = null;
  main.querySelector(".vf-camera").hidden = true;
}

async function openCamera() {
  const panel = main.querySelector(".vf-camera");
  const say = panel.querySelector("[role=status]");
  panel.hidden = false;
  say.textContent = words.starting;
  try {
    stop = await scan(panel.querySelector("video"), main.dataset.decoder, (text) => {
      closeCamera();
      ask(text);
      return true;
    });
    say.textContent = words.looking;
  } catch {
    say.textContent = words.camera_refused;
  }
}

/** Wait until the worker answers for this very page too, and not only for the next one. */
function controlled() {
  const workers = navigator.serviceWorker;
  return workers.controller ? null : new Promise((done) => workers.addEventListener("controllerchange", done, { once: true }));
}

async function install() {
  if (!("serviceWorker" in navigator)) {
    part("state").textContent = words.no_worker;
    return;
  }
  part("state").textContent = words.installing;
  try {
    await navigator.serviceWorker.register(main.dataset.worker, { scope: main.dataset.scope });
    await navigator.serviceWorker.ready;
    await controlled();
    navigator.storage?.persist?.();
    part("state").textContent = words.ready;
    main.dataset.ready = "";
  } catch {
    part("state").textContent = navigator.onLine ? words.no_worker : words.ready;
  }
}

main.querySelector("[data-ask]").addEventListener("submit", (event) => {
  event.preventDefault();
  ask(document.getElementById("said").value);
});
document.getElementById("file").addEventListener("change", async ({ target }) => {
  if (target.files[0]?.size < 1_000_000) ask(await target.files[0].text());
});
part("update").addEventListener("click", update);
part("scan").hidden = !hasCamera();
part("scan").addEventListener("click", openCamera);
part("stop").addEventListener("click", closeCamera);

const begin = async () => {
  trust = await keptTrust();
  tellKnowledge();
  await remember(language);
  await Promise.all([install(), update()]);
  const said = new URLSearchParams(location.hash.slice(1)).get("qr");
  if (said) ask(said);
};
begin();
