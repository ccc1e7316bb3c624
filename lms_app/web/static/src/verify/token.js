/* The signed token of a QR code, read and checked as docs/design/token.md lays it out. */
import { fits, fromBase32, publicKeyOf, sha256, hex, joined, textOf, utf8 } from "./bytes.js";
import { codeIn } from "./codes.js";

const DOMAIN = utf8("takwin-qr-1\0");
const FIXED = 28;
const SIGNATURE = 64;
const KINDS = [, "participation", "completion", "competence", "programme"];
const LANGUAGES = ["ar", "fr", "en"];
const NO_LIST = 0xffff;
const DAY = 86_400_000;
const DAY_ZERO = Date.UTC(2020, 0, 1);

/** Why a text is no token; `fault` is one of the names in docs/design/token.md. */
export class TokenFault extends Error {
  constructor(fault) {
    super(fault);
    this.fault = fault;
  }
}

const refuse = (fault) => {
  throw new TokenFault(fault);
};

/** Read a token, or the address that holds it; throws a `TokenFault` for anything else. */
export function readToken(said) {
  const text = said.trim();
  if (text.length > 1000 || /[^\x00-\x7f]/.test(text)) refuse("not_base32");
  const upper = text.toUpperCase();
  const signs = /^HTTPS?:\/\/[A-Z0-9.-]+(?::[0-9]{1,5})?\/V\/([A-Z2-7]+)$/.exec(upper)?.[1] ?? upper;
  if (!/^[A-Z2-7]+$/.test(signs)) refuse("not_base32");
  const bytes = fromBase32(signs);
  if (bytes === null) refuse("not_base32");
  if (bytes === "idle") refuse("not_canonical");
  return tokenIn(bytes);
}

function tokenIn(bytes) {
  if (bytes[0] !== 1) refuse(bytes.length ? "unknown_version" : "too_short");
  if (bytes.length < FIXED) refuse("too_short");
  const [title, afterTitle, titleBytes] = textAt(bytes, FIXED);
  const [name, end, nameBytes] = textAt(bytes, afterTitle);
  const left = bytes.length - end;
  if (left !== SIGNATURE) refuse(left < SIGNATURE ? "too_short" : "trailing_bytes");
  if (!titleBytes || titleBytes > 60 || !nameBytes || nameBytes > 200) refuse("bad_fact");
  return { ...factsIn(bytes), title, name, signed: bytes.slice(0, end), signature: bytes.slice(end), text: "" };
}

function textAt(bytes, place) {
  const end = place + 1 + bytes[place];
  if (place >= bytes.length || end > bytes.length) refuse("too_short");
  try {
    return [textOf(bytes.slice(place + 1, end)), end, bytes[place]];
  } catch {
    return refuse("not_utf8");
  }
}

function factsIn(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const code = codeIn(bytes.slice(5, 18));
  const kind = KINDS[bytes[22] & 15];
  const language = LANGUAGES[bytes[22] >> 4];
  const list = view.getUint16(23);
  const index = (bytes[25] << 16) | view.getUint16(26);
  const until = view.getUint16(20);
  if (!code || !kind || !language || (list === NO_LIST && index)) refuse("bad_fact");
  return {
    hint: hex(bytes.slice(1, 5)),
    code,
    kind,
    language,
    issuedOn: dayAt(view.getUint16(18)),
    validUntil: until ? dayAt(until) : null,
    status: list === NO_LIST ? null : { list, index },
  };
}

const dayAt = (days) => new Date(DAY_ZERO + days * DAY).toISOString().slice(0, 10);

/** Return the trusted key that signed the token; throws a `TokenFault`: `unknown_key` or `wrong_signature`. */
export async function signerOf(token, keys) {
  let isKnown = false;
  for (const key of keys) {
    const raw = key.purpose === "record" ? publicKeyOf(key.id) : null;
    if (!raw || hex((await sha256(raw)).slice(0, 4)) !== token.hint) continue;
    isKnown = true;
    if (await fits(token.signature, joined(DOMAIN, token.signed), raw)) return key;
  }
  return refuse(isKnown ? "wrong_signature" : "unknown_key");
}
