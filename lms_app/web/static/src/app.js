/* What script adds to every page: menus that close, a question before what cannot be undone, a warning for unsaved work. */
import "./fieldwork/leaving.js";

const menus = "details.tk-menu[open]";

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(menus)) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll(menus)) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

/* <button data-confirm="Question?"> asks through the page's own dialog before its form is sent. */
const dialog = document.getElementById("tk-confirm");
let agreed = null;

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-confirm]");
  if (!button || !dialog?.showModal || agreed === button) return;
  event.preventDefault();
  dialog.querySelector("p").textContent = button.dataset.confirm;
  dialog.returnValue = "";
  dialog.addEventListener(
    "close",
    () => {
      if (dialog.returnValue !== "yes") return;
      agreed = button;
      button.click();
      agreed = null;
    },
    { once: true },
  );
  dialog.showModal();
});

/* <form data-guard> warns before its unsaved changes are left behind. */
const changed = new Set();

document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[data-guard]");
  if (form) changed.add(form);
});
document.addEventListener("submit", ({ target }) => changed.delete(target));
addEventListener("beforeunload", (event) => {
  if ([...changed].some((form) => form.isConnected)) event.preventDefault();
});

/* The current step of a long lesson is brought into view inside its own strip. */
for (const strip of document.querySelectorAll(".tk-steps ol, .tk-nav ul, .tk-tabs ul, .st-tabs ul")) {
  const here = strip.querySelector("[aria-current]")?.getBoundingClientRect();
  const frame = strip.getBoundingClientRect();
  if (here) strip.scrollLeft += here.left + here.width / 2 - frame.left - frame.width / 2;
}

/* The first thing to know after a refused form is what was wrong. */
document.querySelector(".tk-errors")?.focus();
