/* Spellings of bytes: base32, base58, base64url, UTF-8, and JSON in its one canonical form (RFC 8785). */
import { verifyAsync } from "@noble/ed25519";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const ED25519 = [0xed, 0x01];

export const utf8 = (text) => new TextEncoder().encode(text);
export const textOf = (bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

/** Read base32 without padding; null for a length that it never has, "idle" where the last sign has bits that mean nothing. */
export function fromBase32(signs) {
  if ([1, 3, 6].includes(signs.length % 8)) return null;
  const bytes = new Uint8Array(Math.floor((signs.length * 5) / 8));
  let bits = 0;
  let held = 0;
  let place = 0;
  for (const sign of signs) {
    const value = BASE32.indexOf(sign);
    if (value < 0) return null;
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[place++] = (held >> bits) & 255;
      held &= (1 << bits) - 1;
    }
  }
  return held ? "idle" : bytes;
}

export function fromBase64url(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

/** Return the raw Ed25519 key that a Multikey id (`z6Mk…`) contains, or null. */
export function publicKeyOf(id) {
  if (typeof id !== "string" || !/^z[1-9A-HJ-NP-Za-km-z]{40,60}$/.test(id)) return null;
  let number = 0n;
  for (const sign of id.slice(1)) number = number * 58n + BigInt(BASE58.indexOf(sign));
  const digits = number.toString(16).padStart(68, "0");
  if (digits.length !== 68) return null;
  const bytes = Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16));
  return bytes[0] === ED25519[0] && bytes[1] === ED25519[1] ? bytes.slice(2) : null;
}

/** Tell whether a signature fits, by the strict rules of RFC 8032. */
export async function fits(signature, message, key) {
  try {
    return signature.length === 64 && key !== null && (await verifyAsync(signature, message, key, { zip215: false }));
  } catch {
    return false;
  }
}

/** Write JSON as RFC 8785 wants it: names in order of their UTF-16 signs, numbers and texts as JavaScript itself writes them. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}
