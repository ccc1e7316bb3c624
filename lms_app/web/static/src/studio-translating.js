/* The page of the translation desk. */
import "./app.js"; // one file to fetch, not two
import { begin } from "./studio/translating.js";

begin(document);
