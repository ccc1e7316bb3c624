/* The page on which a course is published: counts what is ticked. */
import "./app.js"; // one file to fetch, not two
import { begin } from "./studio/publish.js";

begin(document);
