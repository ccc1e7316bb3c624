/* The page of one block in the Studio: starts what stands in it, and shows what was saved. */
import "./app.js"; // one file to fetch, not two
import { begin } from "./studio/editing.js";
import { startBlocks } from "./studio/starting.js";

const showAgain = () => Promise.resolve(window.takwinKeeping?.ended()).then(() => location.reload());
for (const place of document.querySelectorAll("[data-studio]")) startBlocks(place, place.dataset.studio, showAgain);
document.addEventListener("studio:seen", ({ target }) => startBlocks(target, target.closest("[data-studio]").dataset.studio));
begin(document);
