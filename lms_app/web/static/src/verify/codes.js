/* Verification codes: the same signs and the same check sign as takwin_certificates.codes. */
export const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 20;

export const grouped = (signs) => (signs.match(/.{1,4}/g) ?? []).join("-");

export function isCode(signs) {
  if (signs.length !== LENGTH) return false;
  let total = 0;
  for (const sign of signs.slice(0, -1)) {
    const value = ALPHABET.indexOf(sign);
    if (value < 0) return false;
    const doubled = (total ^ value) << 1;
    total = doubled & 32 ? doubled ^ 37 : doubled;
  }
  return ALPHABET[total] === signs.at(-1);
}

/** Return the code that thirteen bytes hold, or "" where its check sign does not fit or idle bits are set. */
export function codeIn(bytes) {
  let number = 0n;
  for (const byte of bytes) number = number * 256n + BigInt(byte);
  if (number >> 100n) return "";
  let signs = "";
  for (let place = 95n; place >= 0n; place -= 5n) signs += ALPHABET[Number((number >> place) & 31n)];
  return isCode(signs) ? grouped(signs) : "";
}
