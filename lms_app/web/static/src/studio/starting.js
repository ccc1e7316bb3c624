/* Starts blocks, and the forms that blocks bring themselves, on a trainer's page: also those that came into it later. */
import { Runtime, start } from "../blocks/contract.js";
import { carryToken } from "../blocks/token.js";

const USAGE = /^block-v1:.+\+type@(.+?)\+block@(.+)$/;

carryToken((path) => path.startsWith("/studio/") && path.includes("/handler/"));

/* Addresses that scripts make name the state that the form was made from, as those in the page do. */
class StudioRuntime extends Runtime {
  handlerUrl(element, handler, suffix, query) {
    const base = element.closest?.("[data-base]")?.dataset.base;
    return super.handlerUrl(element, handler, suffix, [query, base && `base=${base}`].filter(Boolean).join("&"));
  }
}

/** Start the blocks below `place`, whose calls go to the draft below `address`; `saved()` hears that a block's own form was kept. */
export function startBlocks(place, address, saved = () => {}) {
  const addressOf = (usage) => {
    const [, type, name] = USAGE.exec(usage) ?? [];
    return `${address}/block/${type}/${name}/handler`;
  };
  const runtime = new StudioRuntime({ addressOf });
  runtime.listenTo("save", (told) => told?.state === "end" && saved());
  start(place, runtime, (element, error) => console.warn(`block ${element.dataset.usageId} did not start:`, error));
}

const loaded = new Map();

function loadStyle(url) {
  if (document.querySelector(`link[href="${CSS.escape(url)}"]`)) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = url;
  document.head.append(link);
}

function loadScript(url) {
  if (!loaded.has(url)) {
    loaded.set(
      url,
      new Promise((done) => {
        const script = document.createElement("script");
        script.src = url;
        script.async = false;
        script.onload = done;
        script.onerror = done; // the block then says that it did not start
        document.head.append(script);
      }),
    );
  }
  return loaded.get(url);
}

/* The forms of all cooperative blocks share one script: a second copy would take hold of those that are open once more. */
const isThere = (url) =>
  (url.endsWith("/public/studio.js") && typeof window.CoopStudio === "function") ||
  (!loaded.has(url) && document.querySelector(`script[src="${CSS.escape(url)}"]`));

/** Load the styles and scripts that a piece of page names, before it is put in; what the page has already is not run again. */
export async function loadFor(piece) {
  for (const url of words(piece.dataset.styles)) loadStyle(url);
  for (const url of words(piece.dataset.scripts)) if (!isThere(url)) await loadScript(url);
}

const words = (text) => (text ?? "").split(" ").filter(Boolean);
