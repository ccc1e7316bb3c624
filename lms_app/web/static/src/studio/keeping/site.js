/* Calls to the site while somebody types, and word from one tab to the others. */
const LARGEST_LAST = 60_000; // characters that a browser still sends of a page that is being left

const field = () => document.querySelector("input[name=csrf_token]");
let token = null;

/** Take the token of whoever is signed in now, for all forms of the page: theirs are those of an older session. */
export function takeToken(told) {
  token = told;
  for (const one of document.querySelectorAll("input[name=csrf_token]")) one.value = told;
}

/**
 * Call the site. Answers `{status, told}`; status 0 is a network that does not answer, 401 also a page that asks to sign in.
 */
export async function call(url, method, body, { isLast = false } = {}) {
  const headers = { Accept: "application/json", "X-CSRF-Token": token ?? field()?.value ?? "" };
  const options = { method, headers, credentials: "same-origin", cache: "no-store" };
  if (body) {
    headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  if (isLast) options.keepalive = (options.body?.length ?? 0) < LARGEST_LAST;
  try {
    const answer = await fetch(url, options);
    if (answer.redirected) return { status: 401, told: {} };
    const isOurs = answer.headers.get("Content-Type")?.includes("json");
    if (!isOurs) return { status: answer.ok ? 503 : answer.status, told: {} }; // a proxy, or a hotel's sign-in page
    return { status: answer.status, told: await answer.json() };
  } catch {
    return { status: 0, told: {} };
  }
}

const CHANNEL = "takwin-keeping";
const channel = "BroadcastChannel" in window ? new BroadcastChannel(CHANNEL) : null;

/** Tell the other tabs of this browser. */
export function tell(word) {
  if (channel) return channel.postMessage(word);
  try {
    localStorage.setItem(CHANNEL, JSON.stringify({ ...word, at: Date.now() }));
  } catch {
    // without a store the tabs know nothing of each other; the site's numbers still decide
  }
}

/** Hear what other tabs tell. */
export function hear(listener) {
  if (channel) channel.addEventListener("message", ({ data }) => listener(data));
  else addEventListener("storage", ({ key, newValue }) => key === CHANNEL && newValue && listener(JSON.parse(newValue)));
}
