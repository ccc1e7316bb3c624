/* In a unit that an author tries: as in a lesson, but calls go to the trial. */
import "./unit.js"; // frames get their height and their pass as in a lesson
import { begin } from "./studio/try.js";

begin(document);
