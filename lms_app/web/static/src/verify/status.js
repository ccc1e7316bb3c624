/* A bit of a status list, out of the lists that came in the signed trust file (W3C Bitstring Status List 1.0). */
import { fromBase64url } from "./bytes.js";

const SHORTEST = 131_072 / 8;
const LARGEST = 1024 * 1024;
const PURPOSES = ["revocation", "suspension"];
const DAY = 86_400_000;

/**
 * Return what the lists say at a moment: the purposes whose bit is set, whether that is all that matters, and since when not.
 *
 * Not known is what has no place in a list, whose list is missing or can't be read, and what a list past its time says of a
 * bit that is not set: it may have been set since. A bit that is set counts for ever, until a newer list says otherwise.
 */
export async function statusAt(moment, trust, place, site) {
  const status = { set: [], isKnown: Boolean(place), unknownSince: null };
  for (const purpose of place ? PURPOSES : []) {
    const list = await listAt(`${site}/status/${purpose}/${place.list}`, purpose, trust).catch(() => null);
    const isThere = list !== null && place.index < list.bits.length * 8 && list.since <= moment + DAY;
    if (isThere && list.bits[place.index >> 3] & (0x80 >> (place.index & 7))) status.set.push(purpose);
    else if (!isThere) status.isKnown = false;
    else if (list.until < moment) {
      status.isKnown = false;
      status.unknownSince = Math.min(list.until, status.unknownSince ?? Infinity);
    }
  }
  return status;
}

async function listAt(address, purpose, trust) {
  if (!Object.hasOwn(trust.statuses, address)) return null;
  const { id, validFrom, validUntil, credentialSubject: subject } = JSON.parse(trust.statuses[address]);
  const encoded = subject.encodedList;
  const [since, until] = [Date.parse(validFrom), validUntil === undefined ? Infinity : Date.parse(validUntil)];
  if (id !== address || subject.statusPurpose !== purpose || Number.isNaN(since) || Number.isNaN(until)) return null;
  if (!/^u[A-Za-z0-9_-]+$/.test(encoded) || encoded.length > LARGEST) return null;
  const bits = await unpacked(fromBase64url(encoded.slice(1)));
  return bits.length >= SHORTEST ? { bits, since, until } : null;
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
