/* Turn the list of places into steps that move. The lists of places stay in the form, hidden: they hold what is sent. */

import { start } from "../../contract/scripts/block.js";

const EDGE = 56; // px from the window's edge at which a drag scrolls
const STEP = 14;

const filled = (words, given) => words.replace(/\{(\w+)\}/g, (whole, name) => (name in given ? given[name] : whole));
const nameOf = (item) => item.querySelector("[data-text]").textContent.trim().replace(/[.\s]+$/, "");
const toolOf = (item, move) => item.querySelector(`[data-move=${move}]`);

function swapControls(root) {
  for (const part of root.querySelectorAll("[data-scripted]")) part.hidden = false;
  for (const part of root.querySelectorAll("[data-plain]")) part.hidden = true;
  // A browser cannot ask for what is hidden; the server does, in words.
  for (const list of root.querySelectorAll("select")) list.required = false;
}

function enhance(root) {
  const box = root.querySelector("[data-order]");
  if (!box) return;
  const inside = box.querySelector("[data-in]");
  const outside = box.querySelector("[data-out]");
  const outBox = box.querySelector("[data-out-box]");
  const live = root.querySelector("[data-live]");
  const items = () => [...inside.children];

  function number() {
    items().forEach((item, index) => (item.querySelector("[data-number]").textContent = index + 1));
    if (!outside) return;
    for (const item of outside.children) item.querySelector("[data-number]").textContent = "";
    for (const item of box.querySelectorAll("[data-item]")) {
      const isOut = item.parentNode === outside;
      for (const move of ["up", "down", "out"]) toolOf(item, move).hidden = isOut;
      toolOf(item, "in").hidden = !isOut;
    }
    outBox.querySelector("[data-empty]").hidden = outside.children.length > 0;
  }

  /** Write the order into the form. Before the first move nothing stands in it: what nobody has put in order is not sent. */
  function keep() {
    number();
    for (const item of box.querySelectorAll("[data-state=error]")) {
      item.dataset.state = "";
      item.querySelector("[data-result-for]").textContent = "";
    }
    items().forEach((item, index) => (item.querySelector("select").value = index + 1));
    if (outside) for (const item of outside.children) item.querySelector("select").value = "out";
  }

  function tell(item, words) {
    const list = item.parentNode;
    const given = { item: nameOf(item), place: items().indexOf(item) + 1, total: inside.children.length };
    live.textContent = filled(words || list.dataset.said, given);
  }

  function move(item, how) {
    const { previousElementSibling: before, nextElementSibling: after } = item;
    if (how === "up" && !before) return tell(item, inside.dataset.first);
    if (how === "down" && !after) return tell(item, inside.dataset.last);
    if (how === "up") before.before(item);
    else if (how === "down") after.after(item);
    else (how === "out" ? outside : inside).append(item);
    keep();
    // A moved element loses the focus; it goes with its step.
    toolOf(item, { out: "in", in: "up" }[how] || how).focus();
    item.scrollIntoView({ block: "nearest" });
    tell(item);
  }

  swapControls(root);
  if (outBox) outBox.hidden = false;
  number();

  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (button) move(button.closest("[data-item]"), button.dataset.move);
  });
  box.addEventListener("keydown", (event) => {
    const how = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    const item = event.target.closest("[data-item]");
    if (!how || !item || item.parentNode !== inside || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    move(item, how);
  });
  box.addEventListener("pointerdown", (event) => {
    const held = event.target.closest("[data-handle]") || (event.pointerType === "mouse" && event.target.closest("[data-text]"));
    if (held && event.button === 0) drag(event, held.closest("[data-item]"));
  });

  /** Return where a step would stand if it were dropped at this height: its list, and the step that would follow it. */
  function targetAt(y, item) {
    const list = outside && y > outBox.getBoundingClientRect().top ? outside : inside;
    const next = [...list.children].find((other) => {
      const { top, height } = other.getBoundingClientRect();
      return other !== item && y < top + height / 2;
    });
    return { list, next: next || null };
  }

  function drag(start, item) {
    let target = null;
    start.preventDefault();
    item.dataset.dragged = "";
    const mark = (is) => {
      if (!target) return;
      const at = target.next || target.list.lastElementChild;
      if (at) at.classList.toggle(target.next ? "is-before" : "is-after", is);
    };
    const follow = (event) => {
      if (event.pointerId !== start.pointerId) return;
      item.style.transform = `translateY(${event.pageY - start.pageY}px)`;
      mark(false);
      target = targetAt(event.clientY, item);
      mark(true);
      if (event.clientY < EDGE) scrollBy(0, -STEP);
      else if (event.clientY > innerHeight - EDGE) scrollBy(0, STEP);
    };
    const end = (event) => {
      if (event.pointerId !== start.pointerId) return;
      mark(false);
      item.style.transform = "";
      delete item.dataset.dragged;
      for (const [name, listener] of Object.entries(listeners)) document.removeEventListener(name, listener);
      if (event.type === "pointercancel" || !target) return;
      target.list.insertBefore(item, target.next);
      keep();
      tell(item);
    };
    const listeners = { pointermove: follow, pointerup: end, pointercancel: end };
    for (const [name, listener] of Object.entries(listeners)) document.addEventListener(name, listener);
  }

  // The lists that the shared script would go to are hidden: the first step that needs the learner takes the focus instead.
  if (!("listens" in root.dataset)) root.addEventListener("coop:unreadable_answers", () => {
    const wrong = root.querySelector("[data-item][data-state=error] button:not([hidden])");
    if (wrong) wrong.focus();
  });
  root.dataset.listens = "";
}

start("CoopOrder", "order", enhance);
