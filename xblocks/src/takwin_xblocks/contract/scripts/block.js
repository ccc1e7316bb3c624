/* Answer a block without leaving the page. Without this script the same forms are sent and the page comes back with the result. */

const addresses = new WeakMap(); // root → function that gives the address of a handler, or undefined

function cookie(name) {
  const found = document.cookie.match(`(?:^|; )${name}=([^;]*)`);
  return found ? decodeURIComponent(found[1]) : "";
}

/** Return the headers that hosts want with a form: several spellings of the same secret are about. */
export function headers(form) {
  const field = form.querySelector("[name=csrf_token],[name=csrfmiddlewaretoken]");
  const token = field ? field.value : cookie("csrftoken"); // the cookie is how Django hosts hand it out
  const sent = { Accept: "application/json" };
  if (token) sent["X-CSRFToken"] = sent["X-CSRF-Token"] = token;
  return sent;
}

/** Say where the learner stands; a screen reader says it too. */
export function say(root, words, bad) {
  const status = root.querySelector("[data-status]");
  if (!status) return;
  status.textContent = words;
  status.dataset.state = bad ? "error" : "";
}

/** Return the address of a handler: the form's own, unless the host's script makes it. */
function addressOf(root, form) {
  const make = addresses.get(root);
  return (make && make(form.dataset.coopForm)) || form.getAttribute("action");
}

function focusOn(root) {
  const target = root.querySelector("[aria-invalid=true]") || root.querySelector("[data-focus]") || root.querySelector("[data-status]");
  if (!target) return;
  if (!target.matches("a,button,input,select,textarea,[tabindex]")) target.tabIndex = -1;
  target.focus();
}

/** Show what is wrong beside each field that needs the learner; what was typed stays. */
function showErrors(root, answer) {
  for (const part of root.querySelectorAll("[data-part]")) {
    const wrong = (answer.errors_html || {})[part.dataset.part];
    const result = part.querySelector(`[data-result-for="${CSS.escape(part.dataset.part)}"]`);
    if (result) result.innerHTML = wrong || ""; // escaped by the server
    part.dataset.state = wrong ? "error" : "";
    for (const input of part.querySelectorAll("input:not([type=hidden]),select,textarea")) {
      if (input.closest("[data-part]") !== part) continue;
      if (wrong) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  }
}

function show(root, answer, enhance) {
  if (answer.errors_html) showErrors(root, answer);
  else if (answer.html !== undefined) {
    root.innerHTML = answer.html; // escaped by the server
    enhance(root);
  }
  if (answer.message || answer.errors_html) say(root, answer.message, answer.errors_html || answer.html === undefined);
  focusOn(root);
  root.dispatchEvent(new CustomEvent(`coop:${answer.code}`, { bubbles: true, detail: answer }));
}

async function send(root, form, button, enhance) {
  if (root.getAttribute("aria-busy")) return;
  root.setAttribute("aria-busy", "true");
  say(root, root.dataset.sending);
  try {
    await Promise.all([...form.querySelectorAll("input[type=file]")].map((input) => input.coopReady)); // photos are being made smaller
    const fields = new FormData(form);
    const body = form.enctype === "multipart/form-data" ? fields : new URLSearchParams(fields); // files travel in their own kind of body
    if (button && button.name) body.append(button.name, button.value);
    const options = { method: "POST", body, headers: headers(form), credentials: "same-origin" };
    const response = await fetch(addressOf(root, form), options).catch(() => null);
    if (!response) return say(root, root.dataset.offline, true);
    if (response.redirected) return location.assign(response.url); // the host shows the result on a new page
    const answer = await response.json();
    if (!answer.code) throw new TypeError("not ours");
    show(root, answer, enhance);
  } catch {
    say(root, root.dataset.failed, true);
  } finally {
    root.removeAttribute("aria-busy");
  }
}

function begin(root, enhance, address) {
  const isNew = !addresses.has(root);
  if (isNew || address) addresses.set(root, address);
  if (!isNew) return;
  root.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.target.matches("form[data-coop-form]")) return; // another script has it
    event.preventDefault();
    send(root, event.target, event.submitter, enhance);
  });
  enhance(root);
}

/**
 * Begin a block's script: on its page at once, and where a host calls `window[name](runtime, element)`, with `new` or without.
 * `enhance(root)` is called with the block's element, and again each time its inside was replaced.
 */
export function start(name, folder, enhance = () => {}) {
  const selector = `[data-coop="${folder}"]`;
  // A function that can be called with `new`, as hosts do.
  window[name] = function (runtime, element) {
    const holder = element.jquery ? element[0] : element;
    const root = holder.matches(selector) ? holder : holder.querySelector(selector);
    if (!root) return;
    begin(root, enhance, runtime && runtime.handlerUrl ? (handler) => runtime.handlerUrl(element, handler) : undefined);
  };
  const all = () => document.querySelectorAll(selector).forEach((root) => root.closest("[inert]") || begin(root, enhance));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", all);
  else all();
}
