/* The pages about a course's people. */
import "./app.js"; // one file to fetch, not two
import { begin } from "./studio/people.js";

begin(document);
