/*
 * Shows field pages that this phone kept when the network does not answer, and no other page. With a network each page is fetched
 * fresh. What the page loads, it keeps itself (work.js); here a fresh page is only laid aside for it.
 */
import { forgetOlder, forgetOthers, freshOf, PREFIX } from "./fieldwork/kept.js";

const PATIENCE = 12_000; // ms until a network that hangs counts as none

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOlder().then(() => self.clients.claim())));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event, url));
  else event.respondWith(piece(event));
});

async function page(event, url) {
  const copy = await keptPage(url);
  const response = await fetched(event.request, copy ? PATIENCE : 0);
  if (!response || response.status >= 500) return copy ? marked(copy) : response || Response.error();
  event.waitUntil(noted(url, response.clone()));
  return response;
}

/** Lay a fresh page aside, or forget what the site no longer gives this reader. */
async function noted(url, response) {
  const reader = response.headers.get("Takwin-Reader");
  if (response.status === 200 && reader) {
    await forgetOthers(reader);
    await (await caches.open(freshOf(reader))).put(url.href, response);
  } else if (response.status === 403 || response.status === 404) await Promise.all((await namesFor(url)).map((name) => caches.delete(name)));
  else if (response.type === "opaqueredirect" || response.status === 401) await forgetOthers("-"); // nobody is signed in
}

async function fetched(request, patience) {
  const asked = fetch(request).catch(() => null);
  if (!patience) return asked;
  return Promise.race([asked, new Promise((done) => setTimeout(() => done(null), patience))]);
}

const namesFor = async (url) => (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name.endsWith(` ${url.pathname}${url.search}`));

async function keptPage(url) {
  for (const name of await namesFor(url)) {
    const copy = await (await caches.open(name)).match(url.href);
    if (copy) return copy;
  }
  return null;
}

/** Return the kept page with the sign by which it shows itself only to its reader. */
async function marked(copy) {
  const text = await copy.text();
  return new Response(text.replace("<html ", `<html data-kept="${copy.headers.get("Date") || ""}" `), { headers: copy.headers });
}

/** What a page loads: from its own cache what never changes under its name, all else from the network while there is one. */
async function piece(event) {
  const { request } = event;
  const isForGood = new URL(request.url).pathname.includes("/static/build/");
  if (isForGood) {
    const copy = await keptPiece(event);
    if (copy) return copy;
  }
  try {
    return await fetch(request);
  } catch (error) {
    const copy = isForGood ? null : await keptPiece(event);
    if (copy) return copy;
    throw error;
  }
}

async function keptPiece(event) {
  const client = await self.clients.get(event.clientId);
  if (!client) return null;
  for (const name of await namesFor(new URL(client.url))) {
    const copy = await (await caches.open(name)).match(event.request.url);
    if (copy) return copy;
  }
  return null;
}
