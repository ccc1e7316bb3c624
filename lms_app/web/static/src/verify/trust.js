/* The trust file: taken only if it is signed by whom one knows, and never if it is older than what one has. */
import { canonical, fits, fromBase64url, joined, publicKeyOf, utf8 } from "./bytes.js";

const FORMAT = "takwin-trust-1";
const DOMAIN = utf8(`${FORMAT}\0`);
const NEXT = utf8("takwin-next-key-1\0");
const DAY = 86_400_000;
export const LARGEST = 4 * 1024 * 1024;

/** Why a trust file is not taken; `fault` is one of the names in takwin_certificates.trust_file. */
export class TrustFault extends Error {
  constructor(fault) {
    super(fault);
    this.fault = fault;
  }
}

const refuse = (fault) => {
  throw new TrustFault(fault);
};
const isGood = (key) => key.purpose === "record" && !key.retired_at && !key.compromised_at;
const stolenIn = (trust) => trust.keys.filter((key) => key.compromised_at).map((key) => key.id);

/**
 * Return what a trust file says, checked against what was known before (null the first time).
 *
 * With `now`, one of a later day is refused: it would keep every genuine one out as older, for as long as it likes.
 */
export async function readTrust(text, known, now = null) {
  const { trust, signature } = parsed(text);
  const signed = joined(DOMAIN, utf8(canonical(trust)));
  if (!(await fits(bytesOf(signature.value), signed, publicKeyOf(signature.key)))) refuse("wrong_signature");
  const signer = trust.keys.find((key) => key.id === signature.key);
  if (!signer || !isGood(signer)) refuse("signer_not_good");
  if (now !== null && Date.parse(trust.as_of) > now + DAY) refuse("from_the_future");
  if (known) await compare(trust, signature.key, known);
  return trust;
}

function parsed(text) {
  if (text.length > LARGEST) refuse("malformed");
  let document;
  try {
    document = JSON.parse(text);
  } catch {
    refuse("malformed");
  }
  const { trust, signature } = document ?? {};
  const isWhole =
    trust?.format === FORMAT &&
    signature?.algorithm === "Ed25519" &&
    Array.isArray(trust.keys) &&
    trust.keys.every((key) => key && typeof key.id === "string" && typeof key.issuer === "string") &&
    new Set(trust.keys.map((key) => key.id)).size === trust.keys.length &&
    Array.isArray(trust.handovers) &&
    typeof trust.statuses === "object" &&
    trust.statuses !== null &&
    typeof trust.site === "string" &&
    !Number.isNaN(Date.parse(trust.as_of));
  return isWhole ? { trust, signature } : refuse("malformed");
}

async function compare(trust, signer, known) {
  if (trust.site !== known.site) refuse("other_site");
  if (Date.parse(trust.as_of) < Date.parse(known.as_of)) refuse("rolled_back");
  const stolen = stolenIn(trust);
  if (stolenIn(known).some((id) => !stolen.includes(id))) refuse("rolled_back");
  const starts = known.keys.filter((key) => isGood(key) && !stolen.includes(key.id)).map((key) => key.id);
  const words = trust.handovers.filter((each) => !stolen.includes(each.old));
  if (!(await reaches(signer, new Set(starts), words))) refuse("not_vouched");
}

async function reaches(wanted, open, words) {
  while (!open.has(wanted)) {
    const before = open.size;
    for (const each of words) {
      if (!open.has(each.old) || open.has(each.new)) continue;
      const statement = joined(NEXT, utf8(each.old), new Uint8Array(1), utf8(each.new));
      if (await fits(bytesOf(each.signature), statement, publicKeyOf(each.old))) open.add(each.new);
    }
    if (open.size === before) return false;
  }
  return true;
}

function bytesOf(text) {
  try {
    return fromBase64url(String(text));
  } catch {
    return new Uint8Array();
  }
}
