/* A unit's page: a block turns into its form where it stands, and back; blocks are added, moved and taken out without leaving. */
import Sortable from "sortablejs";
import { begin } from "./editing.js";
import { begin as beginFrames } from "./frames.js";
import { loadFor, startBlocks } from "./starting.js";

const root = document.querySelector("[data-unit-editor]");
const status = root?.querySelector("[data-said-here]");
const says = root ? JSON.parse(root.dataset.says) : {};
const shown = new WeakMap(); // editor → the piece whose place it took
let made = 0;

const pieces = () => root.querySelector("[data-pieces]");
const address = () => root.dataset.studio;
const pieceOf = (element) => element.closest("[data-piece]");
const withQuery = (url, query) => url + (url.includes("?") ? "&" : "?") + query;

const toast = root?.querySelector("[data-toast]");

/* What was done is said, and seen for a while; what went wrong stays until something else is said. */
function say(words, { bad = false, undo = null } = {}) {
  status.textContent = words ?? "";
  toast.hidden = !words;
  toast.dataset.bad = bad ? "yes" : "no";
  const form = toast.querySelector("[data-undo]");
  form.hidden = !undo;
  if (undo) form.elements.revision.value = undo;
  clearTimeout(say.later);
  if (words && !bad) say.later = setTimeout(() => (toast.hidden = true), undo ? 20000 : 6000);
}

/* Ids of what comes later are made unlike those of what is open already: several forms have a field of the same name. */
function distinct(element) {
  made += 1;
  const mark = `e${made}-`;
  const known = new Set([...element.querySelectorAll("[id]")].map((one) => one.id));
  for (const one of element.querySelectorAll("[id]")) one.id = mark + one.id;
  for (const name of ["for", "aria-describedby", "aria-labelledby", "aria-controls", "list", "form"]) {
    for (const one of element.querySelectorAll(`[${name}]`)) {
      const ids = one.getAttribute(name).split(" ");
      one.setAttribute(name, ids.map((id) => (known.has(id) ? mark + id : id)).join(" "));
    }
  }
  for (const link of element.querySelectorAll('a[href^="#"]')) {
    if (known.has(link.hash.slice(1))) link.setAttribute("href", `#${mark}${link.hash.slice(1)}`);
  }
  for (const template of element.querySelectorAll("template")) template.dataset.mark = mark;
}

/** Ask for a piece of page; return its outermost element that matches, or nothing when something else came. */
async function ask(url, selector, options = {}) {
  const answer = await fetch(url, { ...options, headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer) return say(says.offline, { bad: true });
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  const found = holder.content.querySelector(selector);
  if (!found) return say(answer.redirected ? says.signed_out : says.failed, { bad: true });
  return document.importNode(found, true);
}

// --- a block and its form ---

async function open(piece, url) {
  if (piece.getAttribute("aria-busy")) return;
  piece.setAttribute("aria-busy", "true");
  const editor = await ask(withQuery(url, "fragment=1"), "[data-editor]");
  piece.removeAttribute("aria-busy");
  if (editor) await show(editor, piece);
}

async function show(editor, instead) {
  await loadFor(editor);
  distinct(editor);
  const piece = shown.get(instead) ?? instead;
  shown.set(editor, piece);
  instead.replaceWith(editor);
  startBlocks(editor, address(), () => renew(editor));
  begin(editor);
  const first = editor.querySelector(".tk-errors") ?? firstField(editor);
  first?.focus({ preventScroll: true });
  editor.scrollIntoView({ block: "nearest" });
}

/* The first field that is there to be written in: one inside a closed fold is not. */
const FIELDS = "input:not([type=hidden]),textarea,select,[contenteditable=true]";
const firstField = (editor) =>
  [...editor.querySelectorAll("[data-own-form], [data-editing]")]
    .flatMap((form) => [...form.querySelectorAll(FIELDS)])
    .find((field) => field.offsetParent && !field.closest("details:not([open])"));

function close(editor) {
  const piece = shown.get(editor);
  if (!piece) return;
  editor.replaceWith(piece);
  piece.querySelector("[data-edit]")?.focus();
}

/* After a block's own form was kept: the block is shown as it is now. */
async function renew(editor) {
  const piece = await ask(withQuery(root.dataset.here, `piece=${encodeURIComponent(editor.dataset.editor)}`), "[data-piece]");
  if (piece) await settle(editor, piece);
}

async function settle(editor, piece) {
  await loadFor(piece);
  editor.replaceWith(piece);
  beginPiece(piece);
  piece.querySelector("[data-edit]")?.focus();
  say(piece.dataset.said);
}

async function done(form, editor) {
  const body = new FormData(form);
  body.set("fragment", "1");
  editor.setAttribute("aria-busy", "true");
  const answer = await ask(form.action, "[data-piece],[data-editor]", { method: "POST", body });
  editor.removeAttribute("aria-busy");
  if (!answer) {
    form.dispatchEvent(new Event("input", { bubbles: true })); // not sent: it is unsaved still
    return;
  }
  if ("editor" in answer.dataset) return show(answer, editor);
  const own = editor.querySelector("[data-own-form]");
  if (!own) return settle(editor, answer);
  form.elements.base.value = answer.dataset.base; // the block's own form beside it may hold what is not saved yet
  say(answer.dataset.said);
}

// --- what is added, moved, taken out ---

async function insert(form, button) {
  const body = new FormData(form, button);
  body.set(button.name, button.value);
  body.set("fragment", "1");
  const choice = form.closest("[data-choice]");
  choice.setAttribute("aria-busy", "true");
  const piece = await ask(form.action, "[data-piece]", { method: "POST", body });
  choice.removeAttribute("aria-busy");
  if (!piece) return;
  root.querySelector(".st-empty")?.remove();
  choice.before(line(), piece);
  await loadFor(piece);
  beginPiece(piece);
  refresh();
  fold(choice);
  await open(piece, piece.querySelector("[data-edit]").href);
  say(piece.dataset.said);
}

const line = () => root.querySelector("[data-line]").content.firstElementChild.cloneNode(true);

/* The choice of what to add stands where it was asked for; where it stood before, its line is back. */
function choose(link) {
  const choice = root.querySelector("[data-choice]");
  if (!choice) return false;
  const before = choice.previousElementSibling;
  if (!choice.hidden && before) choice.before(line());
  link.replaceWith(choice);
  choice.hidden = false;
  refresh();
  choice.querySelector("button[name=type]").focus({ preventScroll: true });
  choice.scrollIntoView({ block: "nearest" });
  return true;
}

function fold(choice) {
  const end = line();
  choice.replaceWith(end);
  choice.hidden = true;
  pieces().append(choice);
  return end;
}

/* Before which block the choice stands is told to the server by that block's name. */
function refresh() {
  const choice = root.querySelector("[data-choice]");
  const after = choice?.nextElementSibling;
  const next = after?.dataset.piece ?? after?.dataset.editor ?? "";
  if (choice) choice.querySelector("[name=before]").value = next;
}

const rows = () => [...pieces().querySelectorAll(":scope > [data-piece], :scope > [data-editor]")];
const nameOf = (row) => row.dataset.piece ?? row.dataset.editor;

async function send(form, extra = {}) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(extra)) body.set(name, value);
  body.set("fragment", "1");
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer) say(says.offline, { bad: true });
  else if (!answer.ok) say(says.failed, { bad: true });
  return answer?.ok ? answer.json() : null;
}

/* Lines stand before each row and after the last: a row moves with the line above it. */
function put(row, place) {
  const others = rows().filter((one) => one !== row);
  const above = row.previousElementSibling?.matches("[data-insert]") ? row.previousElementSibling : null;
  const target = others[place];
  if (target) {
    const its = target.previousElementSibling?.matches("[data-insert]") ? target.previousElementSibling : target;
    its.before(...(above ? [above, row] : [row]));
  } else {
    others.at(-1).after(...(above ? [above, row] : [row]));
  }
}

async function move(row, place) {
  const held = rows();
  const from = held.indexOf(row);
  if (place < 0 || place >= held.length || place === from) return;
  const focus = document.activeElement;
  put(row, place);
  focus?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  const told = await keepPlace(row);
  if (!told) put(row, from);
}

async function keepPlace(row) {
  const held = rows();
  const next = held[held.indexOf(row) + 1];
  const told = await send(root.querySelector("[data-place-form]"), { block: nameOf(row), before: next ? nameOf(next) : "" });
  if (told) say(told.said);
  return told;
}

let gone = null; // what was taken out last, and what stood after it

async function remove(form, piece) {
  const told = await send(form);
  if (!told) return;
  const held = rows();
  const next = held[held.indexOf(piece) + 1];
  const above = piece.previousElementSibling?.matches("[data-insert]") ? piece.previousElementSibling : null;
  gone = { piece, above, place: held.indexOf(piece) };
  above?.remove();
  piece.remove();
  refresh();
  (next?.querySelector("[data-edit]") ?? root.querySelector("a[data-insert],[data-choice] button"))?.focus();
  say(told.said, { undo: told.revision });
}

async function bringBack(form) {
  const told = await send(form);
  if (!told || !gone) return;
  const { piece, above, place } = gone;
  gone = null;
  const target = rows()[place];
  const first = target?.previousElementSibling?.matches("[data-insert]") ? target.previousElementSibling : target;
  const last = pieces().querySelector(":scope > a[data-insert]:last-of-type, :scope > [data-choice]:not([hidden])");
  (first ?? last)?.before(...(above ? [above, piece] : [piece]));
  refresh();
  piece.querySelector("[data-edit]").focus();
  say(told.said);
}

async function copy(form, piece) {
  const body = new FormData(form);
  body.set("fragment", "1");
  const made = await ask(form.action, "[data-piece]", { method: "POST", body });
  if (!made) return;
  await loadFor(made);
  piece.after(line(), made);
  beginPiece(made);
  refresh();
  made.querySelector("[data-edit]").focus();
  say(made.dataset.said);
}

// --- what the trainer does ---

function beginPiece(piece) {
  startBlocks(piece, address());
  begin(piece);
  showGrip(piece);
}

function showGrip(piece) {
  const grip = piece.querySelector("[data-grip]");
  if (grip) grip.hidden = false;
}

function pressed(event) {
  const edit = event.target.closest("[data-edit]");
  const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!plain) return;
  if (edit) {
    event.preventDefault();
    open(pieceOf(edit), edit.href);
    return;
  }
  const editor = event.target.closest("[data-editor]");
  if (editor && event.target.closest("[data-cancel]")) {
    event.preventDefault();
    close(editor);
    return;
  }
  const tab = event.target.closest("[data-editor] > .tk-tabs a");
  if (tab) {
    event.preventDefault();
    ask(withQuery(tab.href, "fragment=1"), "[data-editor]").then((other) => other && show(other, editor));
    return;
  }
  const closing = event.target.closest("[data-choice-close]");
  if (closing) {
    event.preventDefault();
    fold(closing.closest("[data-choice]"))?.focus();
    return;
  }
  const link = event.target.closest("a[data-insert]");
  if (link && choose(link)) {
    event.preventDefault();
    return;
  }
  const body = event.target.closest("[data-shown]");
  const isQuiet = body && !event.target.closest("a,button,input,select,textarea,label,summary,audio,video,form,.xblock[data-init]");
  if (isQuiet && !String(getSelection())) open(pieceOf(body), pieceOf(body).querySelector("[data-edit]").href);
}

function submitted(event) {
  const form = event.target;
  const editor = form.closest("[data-editor]");
  if (form.matches("[data-editing]") && editor) {
    event.preventDefault();
    done(form, editor);
  } else if (form.matches("[data-insert-form]")) {
    event.preventDefault();
    insert(form, event.submitter);
  } else if (form.matches("[data-retitle]")) {
    event.preventDefault();
    retitle(form);
  } else if (form.dataset.do) {
    event.preventDefault();
    const piece = pieceOf(form);
    const place = rows().indexOf(piece);
    form.closest("details").open = false;
    if (form.dataset.do === "up") move(piece, place - 1);
    else if (form.dataset.do === "down") move(piece, place + 1);
    else if (form.dataset.do === "copy") copy(form, piece);
    else remove(form, piece);
  } else if (form.matches("[data-toast] form")) {
    event.preventDefault();
    bringBack(form);
  }
}

async function retitle(form) {
  const answer = await ask(form.action, "[data-unit-editor]", { method: "POST", body: new FormData(form) });
  if (!answer) return;
  const heading = answer.querySelector("[data-title]");
  root.querySelector("[data-title]").replaceChildren(...heading.childNodes);
  form.elements.base.value = answer.querySelector("[data-retitle]").elements.base.value;
  form.closest("details").open = false;
  form.closest("details").querySelector("summary").focus();
  say(says.retitled);
}

function keyed(event) {
  const choice = event.key === "Escape" && event.target.closest?.("[data-choice]");
  if (choice) fold(choice).focus();
  const grip = event.target.closest?.("[data-grip]");
  if (grip && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    const piece = pieceOf(grip);
    move(piece, rows().indexOf(piece) + (event.key === "ArrowUp" ? -1 : 1));
  }
  const editor = event.target.closest?.("[data-editor]");
  if (editor && event.key === "Enter" && (event.ctrlKey || event.metaKey)) editor.querySelector("form[data-editing]")?.requestSubmit();
}

/* Dragging is one more way, for whoever has a mouse. */
function drag() {
  Sortable.create(pieces(), {
    handle: "[data-grip]",
    draggable: "[data-piece]",
    animation: 150,
    onEnd: ({ item }) => {
      tidy();
      keepPlace(item);
    },
  });
}

/* After a drag each row has its line above it again. */
function tidy() {
  const lines = [...pieces().querySelectorAll(":scope > [data-insert]")];
  const last = lines.pop();
  rows().forEach((row, place) => lines[place] && row.before(lines[place]));
  if (last) pieces().append(last);
}

/** Make the unit's page answer where it stands. */
export function beginUnit() {
  if (!root) return;
  startBlocks(pieces(), address());
  begin(root);
  beginFrames(root);
  rows().forEach(showGrip);
  root.addEventListener("click", pressed);
  root.addEventListener("submit", submitted);
  root.addEventListener("keydown", keyed);
  root.addEventListener("studio:kept", (event) => {
    event.preventDefault();
    renew(event.target.closest("[data-editor]"));
  });
  root.addEventListener("studio:kept", (event) => {
    event.preventDefault(); // a form in a frame was kept: the block shows it where it stands
    renew(event.target.closest("[data-editor]"));
  });
  root.addEventListener("studio:seen", (event) => startBlocks(event.target, address()));
  if (root.querySelectorAll("[data-grip]").length) drag();
}
