/* A bit of a status list, out of the lists that came in the signed trust file (W3C Bitstring Status List 1.0). */
import { fromBase64url } from "./bytes.js";

const SHORTEST = 131_072 / 8;
const LARGEST = 1024 * 1024;
const PURPOSES = ["revocation", "suspension"];

/** Return the purposes whose bit is set; null where a list is missing or can't be read, so that nothing is known. */
export async function purposesSet(trust, place) {
  if (!place) return [];
  const found = [];
  for (const purpose of PURPOSES) {
    const text = trust.statuses[`${trust.site}/status/${purpose}/${place.list}`];
    const bits = text === undefined ? null : await bitsIn(text, purpose).catch(() => null);
    if (bits === null || place.index >= bits.length * 8) return null;
    if (bits[place.index >> 3] & (0x80 >> (place.index & 7))) found.push(purpose);
  }
  return found;
}

async function bitsIn(text, purpose) {
  const subject = JSON.parse(text).credentialSubject;
  const encoded = subject.encodedList;
  if (subject.statusPurpose !== purpose || !/^u[A-Za-z0-9_-]+$/.test(encoded) || encoded.length > LARGEST) return null;
  const bits = await unpacked(fromBase64url(encoded.slice(1)));
  return bits.length >= SHORTEST ? bits : null;
}

/** Unpack gzip, and stop where it becomes larger than any list: a bomb costs a megabyte and no more. */
async function unpacked(packed) {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const parts = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > LARGEST) {
      await reader.cancel();
      throw new RangeError("the list is too large");
    }
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}
