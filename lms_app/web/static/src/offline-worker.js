/* Keeps the page for checking without a network, and answers for it alone. KEPT and VERSION stand before this text. */
const CACHE = `takwin-check-${self.VERSION}`;
const NOTES = "takwin-check-notes";

self.addEventListener("install", (event) => {
  const keep = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(self.KEPT.map((address) => new Request(address, { cache: "reload", credentials: "omit" })));
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const clear = async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith("takwin-check-") && name !== CACHE && name !== NOTES);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(clear());
});

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  const { pathname, origin } = new URL(event.request.url);
  if (origin !== location.origin) return;
  if (self.KEPT.includes(pathname)) event.respondWith(kept(event.request, pathname));
  else if (pathname === new URL(self.registration.scope).pathname) event.respondWith(firstPage());
});

async function kept(request, address) {
  const cache = await caches.open(CACHE);
  return (await cache.match(address)) ?? fetch(request);
}

/** Answer the bare address of the folder with the language that was used last. */
async function firstPage() {
  const note = await (await caches.open(NOTES)).match("language");
  const language = note ? await note.text() : self.KEPT[0].split("/").pop();
  return Response.redirect(`${self.registration.scope}${language}`, 302);
}
