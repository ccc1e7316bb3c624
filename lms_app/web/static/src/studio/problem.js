/* Beside the text of a problem: buttons that put in a question of each kind, ready to be written over. */
const BETWEEN = "\n---\n\n";
const ANSWERS = /^\s*(\(.{0,3}\)|\[[xX ]?\]|\[\[|=|s=)/m;

/** Start the problem editors below `root`, each once. */
export function begin(root) {
  for (const place of root.querySelectorAll(".st-problem[data-problem-editor]")) {
    if ("started" in place.dataset) continue;
    place.dataset.started = "";
    beginOne(place);
  }
}

function beginOne(place) {
  const text = place.querySelector("textarea");
  const kinds = place.querySelector("[data-problem-kinds]");
  kinds.hidden = false;
  kinds.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-problem-insert]");
    if (button) insert(text, button.dataset.problemInsert);
  });
  const olx = place.closest("form")?.querySelector("[data-problem-olx]");
  if (olx && !text.value.trim() && olx.querySelector("textarea").value.trim()) olx.open = true;
}

/* A whole question goes behind the one in which the cursor stands; a hint or an explanation goes into it. */
function insert(text, piece) {
  const end = text.value.indexOf("\n---", text.selectionEnd);
  const at = end < 0 ? text.value.length : end;
  const before = text.value.slice(0, at).trimEnd();
  const isQuestion = piece.startsWith(">>");
  const link = !before ? "" : isQuestion && ANSWERS.test(before.split(/^---+$/m).pop()) ? BETWEEN : "\n\n";
  const lead = before + (link === BETWEEN ? `\n${link}` : link);
  text.value = lead + piece + (end < 0 ? "" : text.value.slice(at));
  const words = /^(>>|\|\||\[explanation\]\n)/.exec(piece)?.[0].length ?? 0;
  const stop = piece.slice(words).search(/<<|\|\||\n/);
  text.focus();
  text.setSelectionRange(lead.length + words, lead.length + words + stop);
  text.dispatchEvent(new Event("input", { bubbles: true }));
}
