/* What this device knows: the last trust file that was taken, kept as it was signed. */
import { readTrust } from "./trust.js";

const NOTES = "takwin-check-notes";
const PLACE = "trust";

/** Return what is kept, or null; it was checked when it was taken, and its signature is checked again. */
export async function keptTrust() {
  const note = await (await open())?.match(PLACE);
  return note ? readTrust(await note.text(), null).catch(() => null) : null;
}

/** Fetch the trust file, and take it if whom one knows vouches for it and it is not older; throws what it is refused for. */
export async function takeTrust(address, known) {
  const answer = await fetch(address, { cache: "no-cache", credentials: "omit" });
  if (!answer.ok) throw new Error(String(answer.status));
  const text = await answer.text();
  const trust = await readTrust(text, known, Date.now());
  await (await open())?.put(PLACE, new Response(text));
  return trust;
}

/** Remember the language that was used last, for the page's own start. */
export async function remember(language) {
  await (await open())?.put("language", new Response(language));
}

const open = async () => ("caches" in self ? caches.open(NOTES) : null);
