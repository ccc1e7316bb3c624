/* On every page of the Studio: what is typed is kept, and what waited on this device is sent. */
import { begin as beginFiles } from "./studio/files.js";
import { begin as beginKeeping, ended } from "./studio/keeping.js";

const begin = (root) => {
  beginKeeping(root);
  beginFiles(root);
};

window.takwinKeeping = { begin, ended };
begin(document);
