/* On the page of a course's outline. */
import { begin } from "./studio/outline.js";

const outline = document.getElementById("outline");
if (outline) begin(outline);
