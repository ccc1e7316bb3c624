/* What a text may be made of, so that whatever a course already holds comes out as it went in. */
import { Schema } from "prosemirror-model";

/* Attributes that the server lets an author's text keep, beside those that an element has of its own. */
const EVERYWHERE = ["class", "dir", "id", "lang", "title", "style", "role", "align", "valign"];
const OWN = {
  a: ["href", "target", "hreflang", "download"],
  img: ["src", "alt", "width", "height", "loading", "srcset", "sizes", "border"],
  table: ["border", "cellpadding", "cellspacing", "width", "summary"],
  td: ["colspan", "rowspan", "headers", "width", "height", "bgcolor"],
  th: ["colspan", "rowspan", "headers", "scope", "width", "height", "bgcolor"],
  ol: ["start", "type", "reversed"],
  li: ["value"],
  time: ["datetime"],
  font: ["color", "size", "face"],
  blockquote: ["cite"],
  q: ["cite"],
  del: ["cite", "datetime"],
  ins: ["cite", "datetime"],
};
export const KINDS = ["note", "warning", "example", "key"];
export const INLINE = new Set(
  "a strong em u s strike sub sup code kbd small mark abbr acronym cite q ins del dfn var samp bdi bdo span time font big tt".split(" "),
);
export const ALIASES = { b: "strong", i: "em" };
/* Addresses that run something, however they are written. */
const ACTING = /^[\u0000-\u0020]*(javascript|vbscript|data):/i;
const CONTAINERS = "div section article aside header footer main nav center address";

/** Return the attributes that an element keeps as they are; those named are held in their own place. */
function kept(dom, ...held) {
  const allowed = [...EVERYWHERE, ...(OWN[dom.localName] ?? [])];
  const found = [...dom.attributes].filter(
    ({ name }) => !held.includes(name) && (allowed.includes(name) || name.startsWith("aria-")),
  );
  return found.length ? Object.fromEntries(found.map(({ name, value }) => [name, value])) : null;
}

const ATTRIBUTES = { dir: { default: null }, kept: { default: null } };
const reads = (dom) => ({ dir: dom.getAttribute("dir"), kept: kept(dom, "dir") });
const writes = ({ attrs }, more = {}) => ({ ...attrs.kept, ...(attrs.dir ? { dir: attrs.dir } : {}), ...more });

/** A block of one element, of which only the attributes vary. */
function block(tag, content, more = {}) {
  return {
    content,
    group: "block",
    attrs: ATTRIBUTES,
    parseDOM: [{ tag, getAttrs: reads }],
    toDOM: (node) => [tag, writes(node), 0],
    ...more,
  };
}

const cell = (tag, role) => ({
  content: "block+",
  attrs: { ...ATTRIBUTES, colspan: { default: 1 }, rowspan: { default: 1 }, colwidth: { default: null } },
  tableRole: role,
  isolating: true,
  parseDOM: [
    {
      tag,
      getAttrs: (dom) => ({
        dir: dom.getAttribute("dir"),
        kept: kept(dom, "dir", "colspan", "rowspan"),
        colspan: spanOf(dom, "colspan"),
        rowspan: spanOf(dom, "rowspan"),
      }),
    },
  ],
  toDOM: (node) => {
    const spans = ["colspan", "rowspan"].filter((name) => node.attrs[name] !== 1).map((name) => [name, node.attrs[name]]);
    return [tag, writes(node, Object.fromEntries(spans)), 0];
  },
});

function spanOf(dom, name) {
  return Math.min(Math.max(Number.parseInt(dom.getAttribute(name), 10) || 1, 1), 50);
}

const picture = (more) => ({
  attrs: { src: { default: "" }, alt: { default: null }, kept: { default: null } },
  draggable: true,
  toDOM: ({ attrs: { src, alt, kept: others } }) => ["img", { src, ...(alt === null ? {} : { alt }), ...others }],
  ...more,
});
const readsPicture = (dom) => ({ src: dom.getAttribute("src"), alt: dom.getAttribute("alt"), kept: kept(dom, "src", "alt") });

const kindOf = (dom) => KINDS.find((kind) => dom.classList.contains(`tk-callout--${kind}`));

const nodes = {
  doc: { content: "block+" },
  paragraph: block("p", "inline*"),
  heading: {
    content: "inline*",
    group: "block",
    defining: true,
    attrs: { ...ATTRIBUTES, level: { default: 3 } },
    parseDOM: [1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, getAttrs: (dom) => ({ ...reads(dom), level }) })),
    toDOM: (node) => [`h${node.attrs.level}`, writes(node), 0],
  },
  bullet_list: block("ul", "list_item+"),
  ordered_list: block("ol", "list_item+"),
  list_item: block("li", "block+", { group: "", defining: true }),
  blockquote: block("blockquote", "block+", { defining: true }),
  callout: block("div", "block+", {
    defining: true,
    attrs: { ...ATTRIBUTES, kind: { default: "note" } },
    parseDOM: [
      {
        tag: "div.tk-callout",
        priority: 60,
        getAttrs: (dom) => {
          const kind = kindOf(dom);
          const isPlain = kind && dom.className === `tk-callout tk-callout--${kind}` && dom.getAttribute("role") === "note";
          return isPlain ? { dir: dom.getAttribute("dir"), kept: kept(dom, "dir", "class", "role"), kind } : false;
        },
      },
    ],
    toDOM: (node) => ["div", writes(node, { class: `tk-callout tk-callout--${node.attrs.kind}`, role: "note" }), 0],
  }),
  details: block("details", "summary block+", {
    defining: true,
    attrs: { ...ATTRIBUTES, open: { default: false } },
    parseDOM: [{ tag: "details", getAttrs: (dom) => ({ ...reads(dom), open: dom.hasAttribute("open") }) }],
    toDOM: (node) => ["details", writes(node, node.attrs.open ? { open: "" } : {}), 0],
  }),
  summary: block("summary", "inline*", { group: "", defining: true }),
  figure: block("figure", "picture figcaption?", { isolating: true }),
  picture: picture({ parseDOM: [{ tag: "img[src]", context: "figure/", priority: 60, getAttrs: readsPicture }] }),
  figcaption: block("figcaption", "inline*", { group: "", defining: true }),
  definitions: block("dl", "(term | definition)+"),
  term: block("dt", "inline*", { group: "" }),
  definition: block("dd", "block+", { group: "" }),
  code_block: block("pre", "text*", {
    code: true,
    defining: true,
    marks: "_",
    parseDOM: [{ tag: "pre", preserveWhitespace: "full", getAttrs: reads }],
  }),
  division: {
    content: "block+",
    group: "block",
    attrs: { ...ATTRIBUTES, tag: { default: "div" } },
    parseDOM: CONTAINERS.split(" ").map((tag) => ({ tag, priority: 40, getAttrs: (dom) => ({ ...reads(dom), tag }) })),
    toDOM: (node) => [node.attrs.tag, writes(node), 0],
  },
  table: {
    content: "table_row+",
    group: "block",
    tableRole: "table",
    isolating: true,
    attrs: { ...ATTRIBUTES, caption: { default: "" } },
    parseDOM: [
      {
        tag: "table",
        getAttrs: (dom) => ({ ...reads(dom), caption: dom.querySelector(":scope > caption")?.textContent.trim() ?? "" }),
      },
      { tag: "caption", ignore: true },
    ],
    toDOM: (node) => ["table", writes(node), ...(node.attrs.caption ? [["caption", node.attrs.caption]] : []), ["tbody", 0]],
  },
  table_row: {
    content: "(table_cell | table_header)+",
    tableRole: "row",
    attrs: ATTRIBUTES,
    parseDOM: [{ tag: "tr", getAttrs: reads }],
    toDOM: (node) => ["tr", writes(node), 0],
  },
  table_cell: cell("td", "cell"),
  table_header: cell("th", "header_cell"),
  horizontal_rule: { group: "block", attrs: ATTRIBUTES, parseDOM: [{ tag: "hr", getAttrs: reads }], toDOM: (node) => ["hr", writes(node)] },
  text: { group: "inline" },
  image: picture({ inline: true, group: "inline", parseDOM: [{ tag: "img[src]", getAttrs: readsPicture }] }),
  hard_break: {
    inline: true,
    group: "inline",
    selectable: false,
    attrs: { kept: { default: null } },
    parseDOM: [{ tag: "br", getAttrs: (dom) => ({ kept: kept(dom) }) }],
    toDOM: (node) => ["br", { ...node.attrs.kept }],
  },
};

const mark = (tag, more = {}) => ({
  attrs: { kept: { default: null } },
  excludes: tag,
  parseDOM: [tag, ...Object.keys(ALIASES).filter((alias) => ALIASES[alias] === tag)].map((each) => ({
    tag: each,
    getAttrs: (dom) => ({ kept: kept(dom) }),
  })),
  toDOM: ({ attrs }) => [tag, { ...attrs.kept }, 0],
  ...more,
});

const SEVERAL = { excludes: "" };
const marks = {
  a: {
    attrs: { href: {}, kept: { default: null } },
    inclusive: false,
    excludes: "a",
    parseDOM: [
      {
        tag: "a[href]",
        getAttrs: (dom) => !ACTING.test(dom.getAttribute("href")) && { href: dom.getAttribute("href"), kept: kept(dom, "href") },
      },
    ],
    toDOM: ({ attrs }) => ["a", { href: attrs.href, ...attrs.kept }, 0],
  },
  strong: mark("strong"),
  em: mark("em"),
};
for (const tag of INLINE) marks[tag] ??= mark(tag, SEVERAL);

export const schema = new Schema({ nodes, marks });
