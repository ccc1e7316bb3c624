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

async function paste(pasting) {
  const form = pasting.closest("details").parentElement.querySelector("form[data-coop-studio]");
  const sent = { ...headers(form), ...headers(pasting), "Content-Type": "application/json" };
  const body = JSON.stringify({ problem: pasting.elements.problem.value });
  const options = { method: "POST", body, headers: sent, credentials: "same-origin" };
  const answer = await fetch(pasting.getAttribute("action"), options).then((response) => response.json()).catch(() => ({}));
  if (!answer.code) return show(pasting, { message: pasting.dataset.failed });
  // The author's form adds them: it gives them ids of its own.
  if (answer.html) form.dispatchEvent(new CustomEvent("coop:add", { detail: { list: "questions", html: answer.html } }));
  show(pasting, answer);
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-coop-pasting]")) return;
  event.preventDefault();
  paste(event.target);
});
