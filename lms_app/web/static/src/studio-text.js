/* The editor of texts; fetched only once there is one to be written (studio/editing.js), since it weighs more than the rest. */
import { Editor } from "./studio/text/editor.js";

const started = new WeakSet();

function begin(root) {
  for (const place of root.querySelectorAll("[data-rich]")) {
    if (started.has(place)) continue;
    started.add(place);
    place.richText = new Editor(place);
  }
}

window.takwinRich = { begin };
begin(document);
