/* The teaching desk: the next piece of work comes by itself, lists narrow at once, messages follow what is typed. */
import "./unit.js"; // starts the blocks of the judging page; all pages need what it brings along
import { beginJudging } from "./teaching/judging.js";
import { beginMessage } from "./teaching/message.js";

beginJudging();
for (const form of document.querySelectorAll("form[data-message]")) beginMessage(form);

/* A list is narrowed as soon as something is chosen; the button is for those without script. */
for (const form of document.querySelectorAll("form[data-narrow]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
