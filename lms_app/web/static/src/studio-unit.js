/* The page of a unit in the Studio. */
import "./app.js"; // one file to fetch, not two
import { beginUnit } from "./studio/unit.js";

beginUnit();
