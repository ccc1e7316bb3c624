/* What is said about keeping: words that the page brought along, said calmly and once. */
const template = () => document.querySelector("template[data-keep-words]");

/** Return a sentence with its names put in, as nodes: what people wrote is isolated, whatever its direction. */
export function sentence(name, given = {}) {
  const text = template()?.dataset[name] ?? "";
  return text.split(/(\{\w+\})/).map((piece) => {
    const [, key] = /^\{(\w+)\}$/.exec(piece) ?? [];
    if (!key) return document.createTextNode(piece);
    const told = document.createElement("bdi");
    told.textContent = given[key] ?? "";
    return told;
  });
}

const plain = (nodes) => nodes.map((node) => node.textContent).join("");

/** Say how a form stands; the same words are not said twice, and nothing is said of each key. */
export function say(place, name, given) {
  if (!place) return;
  const nodes = sentence(name, given);
  const said = place.querySelector("[data-keep-said]");
  place.dataset.state = name;
  if (said.textContent !== plain(nodes)) said.replaceChildren(...nodes);
}

/** Show who else is in the unit, beside each form and at the head of the unit's page. */
export function showOthers(others) {
  for (const place of document.querySelectorAll("[data-keep-others]")) {
    const block = place.closest("[data-editor]")?.dataset.editor;
    const lines = others.map((one) => {
      const line = document.createElement("span");
      line.append(...whereabouts(one, block));
      return line;
    });
    if (place.textContent !== plain(lines)) place.replaceChildren(...lines);
  }
}

function whereabouts(one, block) {
  if (one.block === block) return sentence(one.field ? "editingField" : "editing", one);
  return sentence(one.title ? "editingOther" : "looking", one);
}
