/* What the toolbar and the keys do to a text. */
import { chainCommands, exitCode, lift, setBlockType, splitBlock, toggleMark, wrapIn } from "prosemirror-commands";
import { redo, undo } from "prosemirror-history";
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";
import { Selection, TextSelection } from "prosemirror-state";
import {
  addColumnAfter,
  addRowAfter,
  deleteColumn,
  deleteRow,
  deleteTable,
  goToNextCell,
  toggleHeader,
} from "prosemirror-tables";
import { schema } from "./schema.js";

const { nodes, marks } = schema;

/** Return the nearest holder of the selection of one of these types. */
export function holderOf(state, ...types) {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    if (types.includes($from.node(depth).type)) return { node: $from.node(depth), depth, at: $from.before(depth) };
  }
  return null;
}

const isMarked = (state, mark) => {
  const { from, $from, to, empty } = state.selection;
  return empty ? !!mark.isInSet(state.storedMarks ?? $from.marks()) : state.doc.rangeHasMark(from, to, mark);
};

function toggleList(type) {
  const other = type === nodes.bullet_list ? nodes.ordered_list : nodes.bullet_list;
  return (state, dispatch) => {
    const holder = holderOf(state, type, other);
    if (!holder) return wrapInList(type)(state, dispatch);
    if (holder.node.type === type) return liftListItem(nodes.list_item)(state, dispatch);
    dispatch?.(state.tr.setNodeMarkup(holder.at, type, { dir: holder.node.attrs.dir }));
    return true;
  };
}

function toggleWrap(type, attrs) {
  return (state, dispatch) => {
    const holder = holderOf(state, type);
    return holder ? lift(state, dispatch) : wrapIn(type, attrs)(state, dispatch);
  };
}

/** Give the text's direction to the paragraphs that are selected; the same again takes it back. */
function turn(direction) {
  return (state, dispatch) => {
    const { tr } = state;
    const dir = isTurned(state, direction) ? null : direction;
    state.doc.nodesBetween(state.selection.from, state.selection.to, (node, at) => {
      if (node.type.spec.attrs?.dir && (node.isTextblock || /list$/.test(node.type.name))) tr.setNodeMarkup(at, null, { ...node.attrs, dir });
    });
    dispatch?.(tr);
    return true;
  };
}

const isTurned = (state, direction) => state.selection.$from.parent.attrs.dir === direction;

/** Put a box around what is selected: its first line says in bold what it is, for who sees no colour and for other platforms. */
function box(kind, titles) {
  return (state, dispatch) => {
    const holder = holderOf(state, nodes.callout);
    if (holder && holder.node.attrs.kind === kind) return false;
    if (holder) {
      const tr = state.tr.setNodeMarkup(holder.at, null, { ...holder.node.attrs, kind });
      const first = holder.node.firstChild;
      if (Object.values(titles).includes(first.textContent)) {
        tr.insertText(titles[kind], holder.at + 2, holder.at + 2 + first.content.size);
        tr.addMark(holder.at + 2, holder.at + 2 + titles[kind].length, marks.strong.create());
      }
      dispatch?.(tr.scrollIntoView());
      return true;
    }
    const range = state.selection.$from.blockRange(state.selection.$to);
    const content = range ? state.doc.slice(range.start, range.end).content : null;
    const title = nodes.paragraph.create(null, schema.text(titles[kind], [marks.strong.create()]));
    const callout = range && nodes.callout.create({ kind }, content.addToStart(title));
    if (!callout || !range.parent.canReplaceWith(range.startIndex, range.endIndex, nodes.callout)) return false;
    if (dispatch) {
      const tr = state.tr.replaceRangeWith(range.start, range.end, callout);
      const shift = title.nodeSize + 1;
      const { anchor, head } = state.selection;
      dispatch(tr.setSelection(TextSelection.create(tr.doc, anchor + shift, head + shift)).scrollIntoView());
    }
    return true;
  };
}

function unbox(state, dispatch) {
  const holder = holderOf(state, nodes.callout);
  if (!holder) return false;
  dispatch?.(state.tr.replaceWith(holder.at, holder.at + holder.node.nodeSize, holder.node.content).scrollIntoView());
  return true;
}

function insert(make, inside = 1) {
  return (state, dispatch) => {
    const node = make();
    const { $from } = state.selection;
    const isEmpty = $from.parent.isTextblock && $from.parent.content.size === 0 && $from.depth > 0;
    const at = isEmpty ? $from.before() : $from.depth ? $from.after(outermost($from)) : state.selection.to;
    if (dispatch) {
      const tr = isEmpty ? state.tr.replaceRangeWith(at, $from.after(), node) : state.tr.insert(at, node);
      const after = tr.mapping.map(at, -1) + node.nodeSize;
      if (!tr.doc.resolve(Math.min(after, tr.doc.content.size)).nodeAfter) tr.insert(after, nodes.paragraph.create());
      const place = tr.doc.resolve(Math.min(tr.mapping.map(at, -1) + inside, tr.doc.content.size));
      dispatch(tr.setSelection(Selection.near(place)).scrollIntoView());
    }
    return true;
  };
}

/** Tables and boxes go after the paragraph, or after the whole list or table that holds it. */
function outermost($from) {
  for (let depth = 1; depth <= $from.depth; depth += 1) {
    if (["bullet_list", "ordered_list", "table", "figure", "definitions"].includes($from.node(depth).type.name)) return depth;
  }
  return $from.depth;
}

function newTable() {
  const cells = (type, attrs) => Array.from({ length: 3 }, () => type.create(attrs, nodes.paragraph.create()));
  const rows = [cells(nodes.table_header), cells(nodes.table_cell), cells(nodes.table_cell)];
  return nodes.table.create(
    null,
    rows.map((row) => nodes.table_row.create(null, row)),
  );
}

const newDetails = (title) =>
  nodes.details.create(null, [nodes.summary.create(null, schema.text(title)), nodes.paragraph.create()]);

/** Insert a picture: alone, or with its caption below. */
export function placePicture({ src, srcset, sizes, width, height, alt, caption }) {
  const size = width && height ? { width: String(width), height: String(height) } : {};
  const kept = { ...(srcset ? { srcset, sizes } : {}), ...size, loading: "lazy" };
  const attrs = { src, alt, kept };
  return caption
    ? insert(() => nodes.figure.create(null, [nodes.picture.create(attrs), nodes.figcaption.create(null, schema.text(caption))]), 3)
    : insert(() => nodes.paragraph.create(null, nodes.image.create(attrs)), 2);
}

export function setLink(href) {
  return (state, dispatch) => {
    const { from, to, empty } = linkRange(state);
    const tr = state.tr;
    if (href && empty) tr.insertText(href.replace(/^(mailto|tel):/, ""), from, to);
    const end = empty ? from + href.length : to;
    tr.removeMark(from, end, marks.a);
    if (href) tr.addMark(from, Math.min(end, tr.doc.content.size), marks.a.create({ href }));
    dispatch?.(tr.removeStoredMark(marks.a).scrollIntoView());
    return true;
  };
}

/** The link in which the cursor stands, whole; else what is selected. */
export function linkRange(state) {
  const { $from, from, to, empty } = state.selection;
  const mark = marks.a.isInSet($from.marks()) ?? $from.nodeAfter?.marks.find((each) => each.type === marks.a);
  if (!empty || !mark) return { from, to, empty, href: mark?.attrs.href ?? "" };
  let [start, end] = [$from.start(), $from.start()];
  $from.parent.forEach((child, offset) => {
    const at = $from.start() + offset;
    if (!mark.isInSet(child.marks)) {
      if (at < from) start = at + child.nodeSize;
    } else if (at <= from || end === at) end = at + child.nodeSize;
  });
  return { from: start, to: Math.max(end, start), empty: false, href: mark.attrs.href };
}

function leaveTitle(state, dispatch) {
  const holder = holderOf(state, nodes.summary, nodes.figcaption);
  if (!holder) return false;
  const after = holder.at + holder.node.nodeSize;
  if (holder.node.type === nodes.summary) {
    dispatch?.(state.tr.setSelection(Selection.near(state.doc.resolve(after + 1))).scrollIntoView());
    return true;
  }
  const tr = state.tr.insert(after + 1, nodes.paragraph.create());
  dispatch?.(tr.setSelection(TextSelection.near(tr.doc.resolve(after + 2))).scrollIntoView());
  return true;
}

/** Return every command by its name: what it does, whether it is on here. */
export function commandsOf({ titles, more }) {
  const style = (level) => (level ? setBlockType(nodes.heading, { level }) : setBlockType(nodes.paragraph));
  const mark = (type) => ({ run: toggleMark(type), isOn: (state) => isMarked(state, type) });
  const within = (...types) => (state) => !!holderOf(state, ...types);
  const found = {
    "style-0": { run: style(0) },
    "style-3": { run: style(3) },
    "style-4": { run: style(4) },
    bold: mark(marks.strong),
    italic: mark(marks.em),
    bullets: { run: toggleList(nodes.bullet_list), isOn: within(nodes.bullet_list) },
    numbers: { run: toggleList(nodes.ordered_list), isOn: within(nodes.ordered_list) },
    deeper: { run: sinkListItem(nodes.list_item) },
    higher: { run: liftListItem(nodes.list_item) },
    quote: { run: toggleWrap(nodes.blockquote), isOn: within(nodes.blockquote) },
    "box-": { run: unbox },
    table: { run: insert(newTable, 4) },
    details: { run: insert(() => newDetails(more), 2) },
    rtl: { run: turn("rtl"), isOn: (state) => isTurned(state, "rtl") },
    ltr: { run: turn("ltr"), isOn: (state) => isTurned(state, "ltr") },
    undo: { run: undo },
    redo: { run: redo },
    "row-add": { run: addRowAfter },
    "row-remove": { run: deleteRow },
    "column-add": { run: addColumnAfter },
    "column-remove": { run: deleteColumn },
    "row-head": { run: toggleHeader("row") },
    "table-remove": { run: deleteTable },
  };
  for (const kind of Object.keys(titles)) found[`box-${kind}`] = { run: box(kind, titles) };
  return found;
}

/** Keys that work in the text; Tab leaves it, but in a table goes from cell to cell. */
export function keysOf(commands, open) {
  const does = (name) => commands[name].run;
  return {
    "Mod-b": does("bold"),
    "Mod-i": does("italic"),
    "Mod-k": () => open("link"),
    "Mod-Alt-0": does("style-0"),
    "Mod-Alt-3": does("style-3"),
    "Mod-Alt-4": does("style-4"),
    "Mod-Shift-7": does("numbers"),
    "Mod-Shift-8": does("bullets"),
    "Mod-Shift-9": does("quote"),
    "Mod-]": does("deeper"),
    "Mod-[": does("higher"),
    "Mod-z": undo,
    "Mod-y": redo,
    "Mod-Shift-z": redo,
    "Alt-F10": () => open("toolbar"),
    Tab: goToNextCell(1),
    "Shift-Tab": goToNextCell(-1),
    Enter: chainCommands(leaveTitle, splitListItem(nodes.list_item)),
    "Shift-Enter": chainCommands(exitCode, (state, dispatch) => {
      dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
      return true;
    }),
    "Mod-Enter": splitBlock,
  };
}
