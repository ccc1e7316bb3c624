/* From a QR code or a sealed record to the three answers, by the trust file alone. */
import { canonical, fits, fromBase64url, publicKeyOf, utf8 } from "./bytes.js";
import { statusAt } from "./status.js";
import { readToken, signerOf, TokenFault } from "./token.js";

const DAY = 86_400_000;
const REASONS = { revocation: "revoked", suspension: "suspended" };

/** Answer whatever was scanned, typed or chosen: {genuine, valid, unknownSince, reasons, issuer, facts, fault}. It always answers. */
export async function answerTo(text, trust, now) {
  return text.trim().startsWith("{") ? sealedAnswer(text, trust, now) : tokenAnswer(text, trust, now);
}

async function tokenAnswer(text, trust, now) {
  try {
    const token = readToken(text);
    const key = await signerOf(token, trust.keys);
    return await judged({ ...token, site: trust.site, signedAt: Date.parse(token.issuedOn) }, key, trust, now);
  } catch (error) {
    if (!(error instanceof TokenFault)) throw error;
    return { genuine: error.fault === "wrong_signature" ? "no" : "cannot_tell", valid: "unknown", reasons: [], fault: error.fault };
  }
}

async function sealedAnswer(text, trust, now) {
  const refused = (genuine, fault) => ({ genuine, valid: "unknown", reasons: [], fault });
  let sealed;
  try {
    sealed = JSON.parse(text);
  } catch {
    return refused("cannot_tell", "not_json");
  }
  const { record, signature } = sealed;
  if (!record || signature?.algorithm !== "Ed25519" || typeof signature.value !== "string") return refused("cannot_tell", "not_sealed");
  const key = trust.keys.find((each) => each.id === signature.key && each.purpose === "record");
  if (!key) return refused("cannot_tell", "unknown_key");
  let value;
  try {
    value = fromBase64url(signature.value);
  } catch {
    return refused("no", "wrong_signature");
  }
  if (!(await fits(value, utf8(canonical(record)), publicKeyOf(key.id)))) return refused("no", "wrong_signature");
  return judged(statementOf(record), key, trust, now);
}

function statementOf(record) {
  const names = record.language === "ar" ? [record.name_arabic, record.name_latin] : [record.name_latin, record.name_arabic];
  return {
    code: record.code,
    kind: record.kind,
    language: record.language,
    title: record.titles[record.language],
    name: names.filter(Boolean).join(" · "),
    issuedOn: record.issued_on,
    validUntil: record.valid_until ?? null,
    status: record.status ?? null,
    site: record.site,
    signedAt: Date.parse(record.issued_at ?? record.issued_on),
    record,
  };
}

async function judged(said, key, trust, now) {
  const moment = momentOf(said, trust, now);
  const isOurs = !key.compromised_at && !isOutside(said.signedAt, key);
  const status = await statusAt(moment, trust, said.status, said.site);
  const reasons = [
    ...(key.compromised_at ? ["key_compromised"] : []),
    ...status.set.map((purpose) => REASONS[purpose]),
    ...(said.validUntil && moment >= Date.parse(said.validUntil) + DAY ? ["expired"] : []),
    ...(moment < said.signedAt ? ["not_yet_valid"] : []),
  ];
  return {
    genuine: isOurs ? "yes" : "cannot_tell",
    valid: reasons.length ? "no" : isOurs && status.isKnown ? "yes" : "unknown",
    unknownSince: status.unknownSince,
    reasons,
    issuer: isOurs ? key.issuer : "",
    facts: said,
    fault: "",
  };
}

/** Return the present, at least: it cannot be earlier than what a trusted issuer dated already; clocks may differ by a day. */
function momentOf(said, trust, now) {
  const moment = Math.max(now, Date.parse(trust.as_of));
  return moment < said.signedAt && said.signedAt <= moment + DAY ? said.signedAt : moment;
}

/** Tell whether a key signed when it was not its issuer's to sign with; clocks and servers may differ by a day. */
function isOutside(signedAt, key) {
  const late = key.retired_at && signedAt > Date.parse(key.retired_at) + DAY;
  const early = key.since && signedAt < Date.parse(key.since) - DAY;
  return Boolean(late || early);
}
