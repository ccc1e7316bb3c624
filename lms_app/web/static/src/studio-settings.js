/* The pages of a course's settings: the text about it, the grading's example, the sentence of each paper. */
import "./app.js"; // one file to fetch, not two
import { begin as beginGrading } from "./studio/grading.js";
import { begin as beginMoments } from "./studio/moments.js";
import { begin as beginSentences } from "./studio/sentences.js";

beginGrading(document);
beginMoments(document);
beginSentences(document);

const rich = document.querySelector("[data-rich-url]");
if (rich) import(rich.dataset.richUrl).then(() => window.takwinRich?.begin(document));
