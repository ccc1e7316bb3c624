/* Beside a form: what learners will see, made anew a moment after each change. */
const WAIT = 600;

/** Keep the preview beside each form below `root` true to what is typed. */
export function begin(root) {
  for (const form of root.querySelectorAll("form[data-preview]")) beginOne(form);
}

function beginOne(form) {
  const seen = form.closest("[data-editor]")?.querySelector("[data-seen]");
  if (!seen || "previewed" in form.dataset) return;
  form.dataset.previewed = "";
  let waiting = 0;
  let turn = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, WAIT);
  });

  async function show() {
    turn += 1;
    const mine = turn;
    const options = { method: "POST", body: new FormData(form), headers: { Accept: "text/html" } };
    const answer = await fetch(form.dataset.preview, options).catch(() => null);
    if (mine !== turn || !answer?.ok || answer.redirected) return; // what can't be shown yet leaves the last view that could
    seen.innerHTML = await answer.text(); // made by the server of what a learner's page would hold
    seen.dispatchEvent(new CustomEvent("studio:seen", { bubbles: true }));
  }
}
