/* On every page of the Studio: what is typed is kept, and what waited on this device is sent. */
import { begin } from "./studio/keeping.js";

window.takwinKeeping = { begin };
begin(document);
