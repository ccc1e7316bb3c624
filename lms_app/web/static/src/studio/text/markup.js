/* Between a text's HTML and the editor: reading, writing, and telling whether the editor can hold all of it. */
import { DOMParser as Reader, DOMSerializer } from "prosemirror-model";
import { ALIASES, INLINE, schema } from "./schema.js";

const reader = Reader.fromSchema(schema);
const writer = DOMSerializer.fromSchema(schema);
const HANDLER = /<[a-z][^>]*\s(on[a-z]+)\s*=/i;
const TRANSPARENT = new Set(["thead", "tbody"]);
const HOLDERS = "ul, ol, table, thead, tbody, tr, blockquote, div, details, figure, dl, section, article, aside";

/** Return the markup as elements of a document in which nothing is loaded and nothing runs. */
export function elementsOf(html) {
  const page = document.implementation.createHTMLDocument("");
  page.body.innerHTML = html;
  return page.body;
}

export function read(html) {
  return reader.parse(elementsOf(html));
}

/** Return the document's HTML: one line a part, no wrapping that says nothing, tables with their head. */
export function write(doc) {
  if (doc.childCount === 1 && doc.firstChild.type === schema.nodes.paragraph && doc.firstChild.content.size === 0) return "";
  const body = elementsOf("");
  writer.serializeFragment(doc.content, { document: body.ownerDocument }, body);
  for (const table of body.querySelectorAll("table")) giveHead(table);
  for (const item of body.querySelectorAll("li, td, th, dd")) unwrap(item);
  for (const holder of body.querySelectorAll(HOLDERS)) breakLines(holder);
  while (body.lastElementChild?.matches("p:empty:not([class], [id])")) body.lastElementChild.remove();
  return [...body.children].map((child) => child.outerHTML).join("\n");
}

/** Rows of headings at the top are the table's head: read out with every cell, and repeated on paper. */
function giveHead(table) {
  const body = table.tBodies[0];
  const isHead = (row) => [...row.cells].every((cell) => cell.localName === "th" && cell.rowSpan === 1);
  const rows = [...body.rows];
  const until = rows.findIndex((row) => !isHead(row));
  const heads = rows.slice(0, until === -1 ? 0 : until);
  if (!heads.length) return;
  const head = table.ownerDocument.createElement("thead");
  head.append(...heads);
  body.before(head);
  for (const cell of head.querySelectorAll("th:not([scope])")) cell.setAttribute("scope", cell.colSpan > 1 ? "colgroup" : "col");
}

/** A cell or point of one plain paragraph is that text. */
function unwrap(item) {
  const [first, ...others] = item.children;
  if (first?.localName !== "p" || first.attributes.length || others.some((other) => !other.matches("ul, ol"))) return;
  first.replaceWith(...first.childNodes);
}

function breakLines(holder) {
  if ([...holder.childNodes].some((child) => child.nodeType !== Node.ELEMENT_NODE || INLINE.has(child.localName))) return;
  for (const child of [...holder.childNodes]) child.before("\n");
  holder.append("\n");
}

/** Say what of the markup the editor would lose: names of elements, "text" where words would differ; nothing when all is held. */
export function losses(html) {
  const handler = HANDLER.exec(html)?.[1]; // read no further: a browser would tell its console of each
  if (handler) return [handler];
  const [before, after] = [gist(elementsOf(html)), gist(elementsOf(write(read(html))))];
  if (before.join("\0") === after.join("\0")) return [];
  const left = [...after];
  const lost = before.filter((token) => {
    const place = left.indexOf(token);
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
  const names = lost.map((token) => /^<([\w-]+)/.exec(token)?.[1] ?? (token.startsWith("<!--") ? "<!-- -->" : "…"));
  return [...new Set(names.length ? names : ["…"])];
}

/** Return the markup as a list of what matters in it: two that read the same have the same list. */
function gist(root) {
  const tokens = [];
  gather(root, [], tokens, false);
  return tidy(tokens);
}

function gather(node, around, tokens, isVerbatim) {
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) {
      tokens.push({ text: isVerbatim ? child.data : child.data.replace(/[ \t\r\n\f]+/g, " "), around: [...around].sort().join("") });
    } else if (child.nodeType === Node.ELEMENT_NODE) gatherElement(child, around, tokens, isVerbatim);
    else tokens.push(`<!--${child.data}`);
  }
}

function gatherElement(element, around, tokens, isVerbatim) {
  const told = describe(element);
  const tag = ALIASES[element.localName] ?? element.localName;
  if (INLINE.has(tag)) {
    const count = tokens.length;
    gather(element, [...around, told], tokens, isVerbatim);
    if (tokens.length === count) tokens.push(`${told}empty`);
  } else if (tag === "br" || tag === "img") tokens.push(told + [...around].sort().join(""));
  else if (told === "<p>" || (TRANSPARENT.has(tag) && element.attributes.length === 0)) {
    tokens.push("¶");
    gather(element, around, tokens, isVerbatim);
    tokens.push("¶");
  } else {
    tokens.push(told);
    gather(element, around, tokens, isVerbatim || tag === "pre");
    if (element.content) gather(element.content, around, tokens, isVerbatim);
    tokens.push(`</${tag}>`);
  }
}

function describe(element) {
  const tag = ALIASES[element.localName] ?? element.localName;
  const told = [...element.attributes]
    .filter(({ name }) => !(tag === "th" && name === "scope"))
    .map(({ name, value }) => `${name}=${name === "style" ? value.replace(/\s+/g, "").replace(/;$/, "") : value.trim()}`);
  return `<${[tag, ...told.sort()].join(" ")}>`;
}

/** Join texts, and take away the space and the empty paragraphs that no reader sees. */
function tidy(tokens) {
  const found = [];
  const isEdge = (token) => token === undefined || typeof token === "string";
  for (const token of tokens) {
    const last = found.at(-1);
    if (typeof token === "string") {
      if (token === "¶" && isEdge(last)) continue;
      if (!isEdge(last)) last.text = last.text.replace(/ $/, "");
      if (!isEdge(last) && !last.text) found.pop();
      if (token === "¶" && isEdge(found.at(-1))) continue;
      if (token !== "¶" && found.at(-1) === "¶") found.pop();
      found.push(token);
    } else {
      const text = isEdge(last) || last.text.endsWith(" ") ? token.text.replace(/^ /, "") : token.text;
      if (!text) continue;
      if (!isEdge(last) && last.around === token.around) last.text += text;
      else found.push({ ...token, text });
    }
  }
  const last = found.at(-1);
  if (!isEdge(last)) last.text = last.text.replace(/ $/, "");
  return found.filter((token) => token !== "¶" && token.text !== "").map((token) => (isEdge(token) ? token : `${token.around}${token.text}`));
}
