/* What is pasted from Word, LibreOffice, Google Docs, WhatsApp or a web page becomes plain, well-made text: structure stays, looks go. */
import { elementsOf } from "./markup.js";
import { KINDS } from "./schema.js";

const KEPT = new Set(
  ("p br hr h3 h4 ul ol li blockquote strong em u s sub sup code pre a img table thead tbody tr td th figure figcaption " +
    "details summary dl dt dd div bdi").split(" "),
);
const GONE =
  "head, style, script, meta, link, title, iframe, object, embed, form, input, button, select, textarea, svg, math, template, " +
  "noscript, audio, video, canvas, xml, frame, frameset, applet, base, map, area, dialog, col, colgroup";
const RENAMED = { b: "strong", i: "em", h1: "h3", h2: "h3", h5: "h4", h6: "h4", strike: "s", del: "s", tfoot: "tbody", kbd: "code", tt: "code" };
const BLOCKS = "p, h3, h4, ul, ol, li, blockquote, pre, table, figure, details, dl, hr, div";
const OURS = new RegExp(`^tk-callout tk-callout--(${KINDS.join("|")})$`);
const SAFE_LINK = /^(https?:|mailto:|tel:|\/static\/|\/jump_to_id\/|#)/i;
const PICTURE = /^data:image\/(png|jpeg|gif|webp);base64,/i;
const MARKER = /^\(?([0-9\u0660-\u0669]{1,3}|[a-z]{1,2}|[\u0621-\u064a]|[ivxlc]{1,6})[.)\u066b\-]/i;
const HANDLER = /\son[a-z]+\s*=\s*("[^"]*"|'[^']*'|[^\s>]*)/gi;
const MOST_SPAN = 50;

/** Return the pasted markup reduced to what a text is made of; `taken.pictures` gets the pictures inside it, `taken.left` counts those out of reach. */
export function clean(html, { direction, taken }) {
  const bare = html.replaceAll(/<(style|script)\b[\s\S]*?<\/\1\s*>/gi, "").replaceAll(/<!--\[if [^>]*\]>|<!\[endif\]-->/gi, "");
  const body = elementsOf(bare.replaceAll(/<[a-z][^>]*>/gi, (tag) => tag.replaceAll(HANDLER, "")));
  dropComments(body);
  for (const emoji of body.querySelectorAll("img.emoji, img[data-plain-text], img.emojione")) emoji.replaceWith(emoji.alt || emoji.dataset.plainText || "");
  makeLists(body);
  for (const gone of body.querySelectorAll(GONE)) gone.remove();
  for (const element of [...body.querySelectorAll("*")]) readLooks(element);
  for (const element of [...body.querySelectorAll("*")]) reduce(element, direction, taken);
  for (const empty of body.querySelectorAll("strong:empty, em:empty, a:empty, u:empty, s:empty, figure:empty")) empty.remove();
  settle(body);
  return body.innerHTML;
}

function dropComments(body) {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  for (const comment of found) comment.remove();
}

/** Word writes the points of a list as paragraphs that say their level and bring their own bullet. */
function makeLists(body) {
  const open = []; // lists from the outermost to the one that is filled
  for (const paragraph of body.querySelectorAll("p, h1, h2, h3, h4, h5, h6, div")) {
    const level = Number(/mso-list:[^;]*\blevel(\d)/i.exec(paragraph.getAttribute("style") ?? "")?.[1] ?? 0);
    if (!level) continue;
    if (paragraph.previousElementSibling !== open[0]) open.length = 0;
    const tag = isOrdered(paragraph) ? "ol" : "ul";
    open.length = Math.min(open.length, level);
    if (open.length === level && open.at(-1).localName !== tag) open.pop();
    while (open.length < level) {
      const list = body.ownerDocument.createElement(open.length === level - 1 ? tag : "ul");
      const holder = open.at(-1)?.lastElementChild ?? open.at(-1);
      if (holder) holder.append(list);
      else paragraph.before(list);
      open.push(list);
    }
    const item = body.ownerDocument.createElement("li");
    if (paragraph.dir) item.dir = paragraph.dir;
    item.append(...paragraph.childNodes);
    open.at(-1).append(item);
    paragraph.remove();
  }
}

/** Take the written bullet or number out of the paragraph, and tell whether it was a number. */
function isOrdered(paragraph) {
  const marker = [...paragraph.querySelectorAll("span")].find((span) => /mso-list:\s*ignore/i.test(span.getAttribute("style") ?? ""));
  const text = marker?.textContent.trim() ?? "";
  marker?.remove();
  return MARKER.test(text) && text.toLowerCase() !== "o";
}

/** Weight, slant and position that are said by style alone become elements; Google's wrapper that unsays them goes. */
function readLooks(element) {
  const style = (element.getAttribute("style") ?? "").toLowerCase().replaceAll(/\s+/g, "");
  if (["b", "strong"].includes(element.localName) && /font-weight:(normal|400)/.test(style)) return void unwrap(element);
  if (!["span", "font", "a"].includes(element.localName)) return undefined;
  const looks = [];
  if (/font-weight:(bold|[6-9]00)/.test(style)) looks.push("strong");
  if (/font-style:italic/.test(style)) looks.push("em");
  if (/text-decoration[^;]*line-through/.test(style)) looks.push("s");
  if (/vertical-align:super/.test(style)) looks.push("sup");
  if (/vertical-align:sub/.test(style)) looks.push("sub");
  for (const look of looks) {
    const wrapper = element.ownerDocument.createElement(look);
    wrapper.append(...element.childNodes);
    element.append(wrapper);
  }
  return undefined;
}

function reduce(element, direction, taken) {
  if (element.localName === "p" && /\bMso(Title|Subtitle)\b/.test(element.className)) element = renamed(element, "h3");
  const tag = RENAMED[element.localName];
  if (tag) element = renamed(element, tag);
  if (element.localName === "img") return keepPicture(element, taken);
  const isOurs = element.localName === "div" && OURS.test(element.className);
  if (!KEPT.has(element.localName)) return unwrap(element);
  if (element.localName === "div" && !isOurs) return becomeParagraph(element);
  const attributes = Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]));
  for (const name of Object.keys(attributes)) element.removeAttribute(name);
  const put = (name) => attributes[name] && element.setAttribute(name, attributes[name]);
  put("data-pm-slice");
  if (isOurs) {
    put("class");
    element.setAttribute("role", "note");
  }
  if (element.localName === "a") {
    if (!SAFE_LINK.test(attributes.href ?? "") || attributes.href.startsWith("#_")) return unwrap(element);
    put("href");
  }
  if (/^(rtl|ltr)$/i.test(attributes.dir ?? "") && attributes.dir.toLowerCase() !== direction) {
    element.setAttribute("dir", attributes.dir.toLowerCase());
  }
  for (const name of ["colspan", "rowspan"]) {
    const span = Number.parseInt(attributes[name], 10);
    if (span > 1 && span <= MOST_SPAN) element.setAttribute(name, span);
  }
  if (element.localName === "th" && /^(row|col)(group)?$/.test(attributes.scope ?? "")) put("scope");
  return undefined;
}

/** A picture of this course stays; one that is inside the text is taken to be uploaded; one that lies elsewhere can't be had. */
function keepPicture(image, taken) {
  const source = image.getAttribute("src") ?? "";
  if (source.startsWith("/static/")) {
    for (const { name } of [...image.attributes]) {
      if (!["src", "alt", "srcset", "sizes", "width", "height", "loading"].includes(name)) image.removeAttribute(name);
    }
    return;
  }
  if (PICTURE.test(source)) taken.pictures.push(source);
  else taken.left += 1;
  image.replaceWith(image.alt && image.alt.length < 3 ? image.alt : "");
}

function becomeParagraph(element) {
  if (element.querySelector(BLOCKS) || !element.parentElement.matches("body, div, td, th, li, blockquote, details")) return unwrap(element);
  const paragraph = renamed(element, "p");
  for (const { name } of [...paragraph.attributes]) if (name !== "dir") paragraph.removeAttribute(name);
  return undefined;
}

function renamed(element, tag) {
  const made = element.ownerDocument.createElement(tag);
  for (const { name, value } of element.attributes) if (/^[a-z-]+$/.test(name)) made.setAttribute(name, value);
  made.append(...element.childNodes);
  element.replaceWith(made);
  return made;
}

function unwrap(element) {
  element.replaceWith(...element.childNodes);
}

/** Paragraphs that hold nothing but a space are how Word makes distance. */
function settle(body) {
  for (const paragraph of body.querySelectorAll("p, h3, h4")) {
    if (!paragraph.textContent.replaceAll(/[\s\u00a0]/g, "") && !paragraph.querySelector("img, br")) paragraph.remove();
    else if (!paragraph.textContent.trim() && paragraph.childElementCount === 1 && paragraph.firstElementChild.localName === "br") paragraph.remove();
  }
  for (const inner of body.querySelectorAll("li[dir] > p[dir]")) if (inner.dir === inner.parentElement.dir) inner.removeAttribute("dir");
  for (const line of body.querySelectorAll("br")) if (isBetweenBlocks(line)) line.remove();
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) walker.currentNode.data = walker.currentNode.data.replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, "");
}

/** Google Docs makes distance by bare line ends beside its paragraphs. */
function isBetweenBlocks(line) {
  const [before, after] = [line.previousElementSibling, line.nextElementSibling];
  const isAlone = [line.previousSibling, line.nextSibling].every((one) => !one || one.nodeType !== Node.TEXT_NODE || !one.data.trim());
  return isAlone && (before ?? after) !== null && [before, after].every((one) => !one || one.matches(`${BLOCKS}, br`));
}
