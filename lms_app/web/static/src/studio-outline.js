/* On the page of a course's outline. */
import "./app.js"; // one file to fetch, not two
import { begin } from "./studio/outline.js";

const outline = document.getElementById("outline");
if (outline) begin(outline);
