/* What the queue and the site say to each other. */
const LONGEST = 180_000; // ms: photos on a slow line take their time, a line that hangs ends

/** Fetch with an end; a redirect is no answer, for it leads to where one signs in. */
async function call(url, options = {}) {
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), LONGEST);
  try {
    const response = await fetch(url, { credentials: "same-origin", redirect: "manual", cache: "no-store", signal: end.signal, ...options });
    const answer = await response.json().catch(() => null);
    return { status: response.type === "opaqueredirect" ? 401 : response.status, answer };
  } catch {
    return { status: 0, answer: null };
  } finally {
    clearTimeout(timer);
  }
}

const faultOf = (status) => (status === 0 ? "lost" : status === 401 ? "out" : "failed");

/** Ask the host who is signed in now: {token}, or {fault}: lost, out, other, failed. Hosts without such an address are believed. */
export async function passOf(person) {
  const address = document.querySelector("[data-queue-pass]")?.dataset.queuePass;
  const fields = [...document.querySelectorAll("[name=csrf_token],[name=csrfmiddlewaretoken]")];
  if (!address) return { token: fields[0]?.value || decodeURIComponent(document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] || "") };
  const { status, answer } = await call(address, { headers: { Accept: "application/json" } });
  if (status !== 200 || !answer?.person) return { fault: status === 200 ? "failed" : faultOf(status) };
  if (answer.person !== person) return { fault: "other" };
  for (const field of fields) field.value = answer.csrf_token; // whoever signed in again has another
  return { token: answer.csrf_token };
}

/** Send one entry; return {answer} where it is the block's about this entry, else {fault, status, answer}. */
export async function ask(entry, token) {
  const { id, device, seq, person, made_at, kind, data, photos = [] } = entry;
  const named = photos.map(({ field, name, file }) => ({ field, name, size: file.size }));
  const text = JSON.stringify({ id, device, seq, person, made_at, schema: 1, kind, data, photos: named });
  const headers = { Accept: "application/json" };
  if (token) headers["X-CSRF-Token"] = headers["X-CSRFToken"] = token;
  let body = text;
  if (photos.length) {
    body = new FormData();
    body.append("entry", text);
    for (const { field, name, file } of photos) body.append(field, file, name);
  } else headers["Content-Type"] = "application/json";
  const { status, answer } = await call(entry.url, { method: "POST", body, headers });
  if (answer?.id === id) return { status, answer };
  return { fault: faultOf(status), status, answer: { message: answer?.message } };
}
