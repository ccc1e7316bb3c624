/* Field pages that the phone keeps: a cache for each, named by format, reader and address, with the page and all that it loads. */
export const PREFIX = "takwin-work-1 ";
const EVERY_FORMAT = "takwin-work-";
const MOST = 12;

export const nameOf = (reader, url) => `${PREFIX}${reader} ${url.pathname}${url.search}`;
/** Name of the cache that holds pages as the network just gave them, until what they load is there too. */
export const freshOf = (reader) => `${PREFIX}${reader} *`;

/** Return who is signed in, as the site told this phone last; "-" for nobody, undefined where it never told. */
export const readerTold = () => document.cookie.match(/(?:^|; )takwin_reader=([^;]*)/)?.[1];

/** Forget the pages of all readers but this one. */
export async function forgetOthers(reader) {
  const names = (await caches.keys()).filter((name) => name.startsWith(EVERY_FORMAT) && !name.startsWith(`${PREFIX}${reader} `));
  await Promise.all(names.map((name) => caches.delete(name)));
}

/** Forget pages of an older format: whatever reads them is gone. */
export async function forgetOlder() {
  const names = (await caches.keys()).filter((name) => name.startsWith(EVERY_FORMAT) && !name.startsWith(PREFIX));
  await Promise.all(names.map((name) => caches.delete(name)));
}

/** Keep a page with the files that it loads: all of it or nothing; of many pages the last opened stay. */
export async function keep(reader, url, page, files) {
  const loaded = await Promise.all(files.map(async (file) => [file, await fetch(file)]));
  if (loaded.some(([, response]) => !response.ok)) throw new TypeError("not whole");
  const bodies = await Promise.all([page, ...loaded.map(([, response]) => response)].map((one) => one.clone().blob()));
  const name = nameOf(reader, url);
  await caches.delete(name); // so that it stands last among the names
  const cache = await caches.open(name);
  const whole = (response, body) => new Response(body, { status: 200, headers: response.headers });
  await Promise.all(loaded.map(([file, response], place) => cache.put(file, whole(response, bodies[place + 1]))));
  await cache.put(url.href, whole(page, bodies[0])); // last: a cache without its page shows nothing
  await caches.delete(freshOf(reader));
  const mine = (await caches.keys()).filter((one) => one.startsWith(`${PREFIX}${reader} `));
  await Promise.all(mine.slice(0, -MOST).map((one) => caches.delete(one)));
}
