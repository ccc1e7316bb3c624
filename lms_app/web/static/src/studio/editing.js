/* What every form of the Studio gets when it comes into the page: previews, and the controls that load only where they are asked for. */
import { begin as beginFrames } from "./frames.js";
import { begin as beginPreview } from "./preview.js";
import { begin as beginProblems } from "./problem.js";

const ENHANCEMENTS = [beginFrames, beginProblems, beginPreview];

/** Start all that makes the forms below `root` nicer; each starts what is its own, once. */
export function begin(root) {
  for (const one of ENHANCEMENTS) one(root);
  window.takwinKeeping?.begin(root); // every page of the Studio brings it
  loadRich(root);
}

/* The rich text's bundle is larger than all the rest: it comes with the first text that wants it, and finds it by itself. */
let rich = null;
async function loadRich(root) {
  const address = document.querySelector("[data-rich-url]")?.dataset.richUrl;
  if (!address || !root.querySelector("[data-rich]")) return;
  rich ??= import(address);
  await rich;
  window.takwinRich?.begin(root);
}
