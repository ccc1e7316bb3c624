/* Learners need no more than what every block does. Authors may paste a problem of Open edX into the form. */
import { headers, start } from "../../contract/scripts/block.js";

start("CoopQuiz", "quiz");

function show(pasting, answer) {
  const status = pasting.querySelector("[data-said]");
  status.textContent = answer.message;
  status.dataset.state = answer.code === "pasted" ? "" : "error";
  const lost = (answer.lost || []).map((words) => Object.assign(document.createElement("li"), { textContent: words, dir: "auto" }));
  pasting.querySelector("[data-lost]").replaceChildren(...lost);
  status.focus();
}

/** Put the form that the server drew, with the new questions, in the place of the one that is shown. */
function replace(form, html) {
  const shown = form.closest(".coop-studio");
  const holder = shown.parentElement;
  shown.outerHTML = html; // escaped by the server
  window.CoopStudio(undefined, holder);
  const now = holder.querySelector("form[data-coop-studio]");
  now.dispatchEvent(new Event("input")); // it differs from what is kept
}

async function paste(pasting) {
  const form = pasting.closest("details").parentElement.querySelector("form[data-coop-studio]");
  if (form.dataset.changed) return show(pasting, { message: pasting.dataset.unsaved });
  const sent = { ...headers(form), ...headers(pasting), "Content-Type": "application/json" };
  const body = JSON.stringify({ problem: pasting.elements.problem.value });
  const options = { method: "POST", body, headers: sent, credentials: "same-origin" };
  const answer = await fetch(pasting.getAttribute("action"), options).then((response) => response.json()).catch(() => ({}));
  if (!answer.code) return show(pasting, { message: pasting.dataset.failed });
  if (answer.html) replace(form, answer.html);
  show(pasting, answer);
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-coop-pasting]")) return;
  event.preventDefault();
  paste(event.target);
});
