/* The last resort: what waits, in a file or as text, and back. */
const asText = (file) =>
  new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.replace(/^[^,]*,/, ""));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });

export const NOTHING = { found: [], elsewhere: [] };

/** Give the entries to their author as a file, photos and all. */
export async function save(entries, person) {
  const written = [];
  for (const { url: _url, ...entry } of entries) {
    const photos = [];
    for (const { file, ...about } of entry.photos) photos.push({ ...about, type: file.type, base64: await asText(file) });
    written.push({ ...entry, photos });
  }
  const file = new Blob([JSON.stringify({ takwin: "waiting entries", schema: 1, person, entries: written }, null, 1)], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `takwin-${new Date().toISOString().slice(0, 10)}-${entries.length}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/**
 * Return of a saved file what is this person's: the entries of this block, and the places to which the others belong (`elsewhere`).
 * Where entries are sent is for the page to say, not the file.
 */
export async function load(file, { queuePerson: person, queueBlock: block, queueUrl: url }) {
  const saved = JSON.parse(await file.text());
  if (saved.schema !== 1 || saved.person !== person) return NOTHING;
  const whole = ({ id, device, seq, kind, data }) => [id, device, kind].every((one) => typeof one === "string") && seq > 0 && typeof data === "object";
  const theirs = saved.entries.filter((one) => one.person === person && whole(one));
  const elsewhere = theirs.filter((one) => one.block !== block).map((one) => String(one.place || one.block));
  const found = theirs
    .filter((one) => one.block === block)
    .map(({ id, device, seq, made_at, kind, data, label, place, photos = [] }) => ({
      ...{ id, device, seq, person, block, url, kind, data },
      ...{ made_at: String(made_at), label: String(label), place },
      photos: photos.map(({ field, name, type, base64 }) => ({ field, name, file: new Blob([Uint8Array.from(atob(base64), (one) => one.charCodeAt(0))], { type }) })),
    }));
  return { found, elsewhere };
}

/** Return the entries as words, for a message to somebody who has a network. */
export const textOf = (entries) => entries.map(({ label, made_at, kind, data }) => `${label} (${kind}, ${made_at})\n${JSON.stringify(data)}`).join("\n\n");
