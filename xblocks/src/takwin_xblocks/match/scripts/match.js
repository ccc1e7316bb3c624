/* Turn the lists of places into cards that are put in places. The lists stay in the form, hidden: they hold what is sent. */

import { start } from "../../contract/scripts/block.js";

const NONE = "none"; // the place that takes any number of items, in pairs too
const FAR = 6; // px that a pointer must move before a press becomes a drag

const filled = (words, given) => words.replace(/\{(\w+)\}/g, (whole, name) => (name in given ? given[name] : whole));
const nameOf = (item) => item.querySelector("[data-text]").dataset.name;
const pickOf = (item) => item.querySelector("[data-pick]");
const selectOf = (item) => item.querySelector("select");

function wrapped(element, className) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = className;
  element.before(button);
  button.append(element);
  return button;
}

function makeButtons(box) {
  for (const part of box.querySelectorAll("[data-scripted]")) part.hidden = false;
  for (const part of box.querySelectorAll("[data-plain]")) part.hidden = true;
  // A browser cannot ask for what is hidden; the server does, in words.
  for (const list of box.querySelectorAll("select")) list.required = false;
  for (const place of box.querySelectorAll("li[data-place]")) wrapped(place.querySelector("[data-name]"), "coop-match__put");
  for (const item of box.querySelectorAll("[data-item]")) {
    const button = wrapped(item.querySelector("[data-text]"), "coop-match__pick");
    button.dataset.pick = "";
    button.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-describedby", selectOf(item).getAttribute("aria-describedby"));
    const handle = document.createElement("span");
    handle.className = "coop-match__handle";
    handle.dataset.handle = "";
    handle.setAttribute("aria-hidden", "true");
    handle.textContent = "⠿";
    button.prepend(handle);
  }
}

function enhance(root) {
  const box = root.querySelector("[data-match]");
  if (!box) return;
  const words = box.dataset;
  const pool = box.querySelector("[data-items]");
  const live = root.querySelector("[data-live]");
  const items = [...pool.children];
  let picked = null;
  let wasDragged = false;

  const listOf = (token) => {
    const place = token && box.querySelector(`li[data-place="${CSS.escape(token)}"]`);
    return place ? place.querySelector("[data-held]") : pool;
  };
  const placeName = (list) => list.closest("[data-place]").querySelector("button [data-name]").textContent.trim()
    || list.closest("[data-place]").querySelector("img[alt]").alt;
  const tell = (message, given) => (live.textContent = filled(message, given));

  function pick(item, isQuiet) {
    const before = picked;
    picked = item === picked ? null : item;
    for (const one of items) pickOf(one).setAttribute("aria-pressed", String(one === picked));
    box.toggleAttribute("data-picking", Boolean(picked));
    if (!isQuiet && (picked || before)) tell(picked ? words.picked : words.dropped, { item: nameOf(picked || before) });
  }

  function put(item, token) {
    const list = listOf(token);
    if (item.dataset.state === "error") {
      item.dataset.state = "";
      item.querySelector("[data-result-for]").textContent = "";
    }
    const said = [];
    if ("oneEach" in words && list !== pool && token !== NONE) {
      for (const other of [...list.children]) {
        if (other === item) continue;
        pool.append(other);
        selectOf(other).value = "";
        said.push(filled(words.back, { item: nameOf(other) }));
      }
    }
    list.append(item);
    selectOf(item).value = token;
    said.unshift(filled(list === pool ? words.back : words.put, { item: nameOf(item), place: list === pool ? "" : placeName(list) }));
    live.textContent = said.join(" ");
  }

  function press(token, byPointer) {
    if (!picked) return tell(words.first, {});
    const item = picked;
    pick(item, true);
    put(item, token);
    // On to the next card: a keyboard stays where the work is, and a finger's page does not jump.
    pickOf(pool.firstElementChild || item).focus({ preventScroll: byPointer });
  }

  makeButtons(box);
  for (const item of items) listOf(selectOf(item).value).append(item);

  box.addEventListener("click", (event) => {
    if (wasDragged) return;
    const pressed = event.target.closest("[data-pick]");
    const place = event.target.closest(".coop-match__put");
    if (pressed) pick(pressed.closest("[data-item]"));
    else if (place) press(place.closest("[data-place]").dataset.place, event.detail > 0);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && picked) pick(picked);
  });
  box.addEventListener("dragstart", (event) => event.preventDefault()); // of pictures
  box.addEventListener("pointerdown", (event) => {
    const button = event.target.closest("[data-pick]");
    wasDragged = false;
    if (!button || event.button !== 0 || (event.pointerType !== "mouse" && !event.target.closest("[data-handle]"))) return;
    drag(event, button.closest("[data-item]"));
  });

  /** Return the place under the pointer; the card that is dragged lies above it. */
  function targetAt(event, item) {
    for (const seen of document.elementsFromPoint(event.clientX, event.clientY)) {
      if (item.contains(seen) || !box.contains(seen)) continue;
      const place = seen.closest("[data-place]");
      if (place) return place;
      if (seen.closest("[data-items]")) return box.querySelector('[data-place=""]');
    }
    return null;
  }

  function drag(start, item) {
    let target = null;
    const follow = (event) => {
      if (event.pointerId !== start.pointerId) return;
      const [across, down] = [event.pageX - start.pageX, event.pageY - start.pageY];
      if (!wasDragged && Math.hypot(across, down) < FAR) return;
      wasDragged = true;
      item.dataset.dragged = "";
      item.style.transform = `translate(${across}px, ${down}px)`;
      if (target) target.classList.remove("is-target");
      target = targetAt(event, item);
      if (target) target.classList.add("is-target");
    };
    const end = (event) => {
      if (event.pointerId !== start.pointerId) return;
      item.style.transform = "";
      delete item.dataset.dragged;
      if (target) target.classList.remove("is-target");
      for (const [name, listener] of Object.entries(listeners)) document.removeEventListener(name, listener);
      if (event.type === "pointerup" && target) {
        if (picked) pick(picked, true);
        put(item, target.dataset.place);
      }
      setTimeout(() => (wasDragged = false)); // after the click that ends a press
    };
    const listeners = { pointermove: follow, pointerup: end, pointercancel: end };
    for (const [name, listener] of Object.entries(listeners)) document.addEventListener(name, listener);
  }

  // The lists that the shared script would go to are hidden: the first card that needs the learner takes the focus instead.
  if (!("listens" in root.dataset)) root.addEventListener("coop:unreadable_answers", () => {
    const wrong = root.querySelector("[data-item][data-state=error] [data-pick]");
    if (wrong) wrong.focus();
  });
  root.dataset.listens = "";
}

start("CoopMatch", "match", enhance);
