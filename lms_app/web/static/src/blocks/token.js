/* Calls of blocks in the page carry the token that forms carry. */

/** Add the page's token to every call to this site whose path `isCall`. */
export function carryToken(isCall) {
  const send = window.fetch;
  window.fetch = (asked, options = {}) => {
    const url = new URL(asked instanceof Request ? asked.url : asked, location.href);
    const token = document.querySelector("input[name=csrf_token]")?.value;
    if (!token || url.origin !== location.origin || !isCall(url.pathname)) return send(asked, options);
    const headers = new Headers(options.headers ?? (asked instanceof Request ? asked.headers : undefined));
    headers.set("X-CSRF-Token", token);
    return send(asked, { ...options, headers });
  };
}
