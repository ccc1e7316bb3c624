/* One text's editor: the plain field stays its only value, and is written only when something was changed. */
import { baseKeymap } from "prosemirror-commands";
import { dropCursor } from "prosemirror-dropcursor";
import { gapCursor } from "prosemirror-gapcursor";
import { closeHistory, history } from "prosemirror-history";
import { inputRules, wrappingInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import { EditorState, NodeSelection } from "prosemirror-state";
import { tableEditing } from "prosemirror-tables";
import { EditorView } from "prosemirror-view";
import { pick, send } from "../images.js";
import { commandsOf, keysOf, linkRange, placePicture, setLink } from "./commands.js";
import { losses, read, write } from "./markup.js";
import { clean } from "./paste.js";
import { schema } from "./schema.js";
import { Toolbar } from "./toolbar.js";

const LINK = /^(https?:\/\/\S+|mailto:\S+@\S+|tel:[+\d\s-]+|\/(static|jump_to_id|courses)\/\S*|#[\w-]+)$/i;
const BARE = /^[\w-]+(\.[\w-]+)+(\/\S*)?$/;
const ADDRESS = /^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/;

export class Editor {
  constructor(place) {
    this.place = place;
    this.field = place.querySelector("textarea");
    this.surface = place.querySelector("[data-rich-surface]");
    this.reason = place.querySelector("[data-rich-reason]");
    this.mark = place.querySelector("[data-rich-mark]");
    this.words = place.dataset;
    this.titles = JSON.parse(place.dataset.titles);
    this.commands = commandsOf({ titles: this.titles, more: place.dataset.more });
    this.toolbar = new Toolbar(place.querySelector("[role=toolbar]"), this);
    this.isOurs = false;
    this.field.addEventListener("input", () => this.isOurs || this.reread());
    place.querySelector("label")?.addEventListener("click", () => this.view?.focus());
    this.showText() || this.showMarkup();
  }

  /** Show the text to be written in; refuse, saying why, markup of which something would be lost. */
  showText() {
    const lost = losses(this.field.value);
    if (lost.length) {
      this.say(this.words.lost.replace("{parts}", lost.join(", ")));
      return false;
    }
    this.say("");
    this.view ??= this.make();
    this.view.updateState(this.fresh());
    this.shown = this.field.value;
    this.turn(true);
    return true;
  }

  showMarkup() {
    this.turn(false);
  }

  toggle() {
    if (this.isText) this.showMarkup();
    else if (this.showText()) this.view.focus();
    this.place.scrollIntoView({ block: "nearest" }); // the one is longer than the other
  }

  turn(isText) {
    this.isText = isText;
    this.surface.hidden = !isText;
    this.field.hidden = isText;
    this.toolbar.show(isText);
  }

  fresh() {
    const plugins = [
      inputRules({
        rules: [
          wrappingInputRule(/^\s*[-*]\s$/, schema.nodes.bullet_list),
          wrappingInputRule(/^1[.)]\s$/, schema.nodes.ordered_list),
        ],
      }),
      keymap(keysOf(this.commands, (what) => this.open(what))),
      keymap(baseKeymap),
      history(),
      dropCursor({ class: "tk-rich-drop", color: false }),
      gapCursor(),
      tableEditing(),
    ];
    return EditorState.create({ doc: read(this.field.value), plugins });
  }

  make() {
    const label = this.place.querySelector("label");
    const help = this.place.querySelector(".tk-hint");
    return new EditorView(this.surface, {
      state: this.fresh(),
      attributes: {
        role: "textbox",
        "aria-multiline": "true",
        class: "tk-prose tk-rich-text",
        ...(label?.id ? { "aria-labelledby": label.id } : {}),
        ...(help ? { "aria-describedby": help.id } : {}),
        ...(this.field.lang ? { lang: this.field.lang } : {}),
        dir: this.field.dir || "auto",
      },
      nodeViews: { image: this.pictureView, picture: this.pictureView, details: detailsView },
      dispatchTransaction: (transaction) => this.take(transaction),
      handleKeyDown: (_view, { key }) => key === "Enter" && performance.now() - this.toolbar.chosen < 300,
      transformPastedHTML: (html) => this.paste(html),
      handlePaste: (_view, event) => this.takeFiles(event.clipboardData),
      handleDrop: (_view, event, _slice, isMoved) => !isMoved && this.takeFiles(event.dataTransfer),
      handleDoubleClickOn: (_view, _at, node, place) => this.openPicture(node, place),
    });
  }

  take(transaction) {
    this.view.updateState(this.view.state.apply(transaction));
    if (transaction.docChanged) this.keep();
    this.toolbar.refresh();
  }

  /** Write the field, and let everybody who keeps it know. */
  keep() {
    const html = write(this.view.state.doc);
    if (html === this.field.value) return;
    this.field.value = html;
    this.shown = html;
    this.isOurs = true;
    this.sign("1");
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.isOurs = false;
  }

  /** Say to the server whose text this is: ours is held to the list of what a text may be, HTML written by hand is not. */
  sign(value) {
    if (this.mark.value === value) return;
    this.mark.value = value;
    this.mark.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** The field was written by somebody else: by hand as HTML, or when something kept comes back. */
  reread() {
    if (!this.isText) {
      this.sign("");
      return;
    }
    if (this.field.value === this.shown) return;
    if (!this.showText()) this.showMarkup();
    this.sign(this.isText ? "1" : "");
  }

  run(name) {
    const command = this.commands[name];
    if (!command) return this.open(name);
    const isStep = name !== "undo" && name !== "redo"; // taken back by itself, without the words typed just before
    command.run(this.view.state, (made) => this.view.dispatch(isStep ? closeHistory(made) : made), this.view);
    if (!this.toolbar.isByKeys) this.view.focus();
    return true;
  }

  open(what) {
    if (what === "toolbar") this.toolbar.focus();
    else if (what === "link") this.askLink();
    else if (what === "image") this.askPicture();
    else if (what === "markup") this.toggle();
    return true;
  }

  /** Ask for an address; none takes the link away. */
  async askLink() {
    const dialog = this.place.querySelector("template[data-rich-link]").content.firstElementChild.cloneNode(true);
    const [input, wrong] = [dialog.querySelector("input"), dialog.querySelector(".tk-wrong")];
    const { href } = linkRange(this.view.state);
    input.value = href;
    document.body.append(dialog);
    dialog.addEventListener("close", () => {
      dialog.remove();
      this.view.focus();
    });
    dialog.addEventListener("click", ({ target }) => {
      const does = target.closest("button")?.value;
      if (does === "away") setLink("")(this.view.state, (transaction) => this.view.dispatch(transaction));
      if (does === "cancel" || does === "away") dialog.close();
    });
    dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      const address = addressOf(input.value.trim());
      wrong.hidden = !!address;
      input.setAttribute("aria-invalid", String(!address));
      if (!address) return input.focus();
      setLink(address)(this.view.state, (transaction) => this.view.dispatch(transaction));
      return dialog.close();
    });
    dialog.showModal();
  }

  /** With a picture selected, its description is asked; else a new one is placed. */
  async askPicture() {
    const { selection } = this.view.state;
    if (selection.node && this.openPicture(selection.node, selection.from)) return;
    const chosen = await pick(this.words.images);
    if (chosen) this.insertPicture(chosen);
    this.view.focus();
  }

  insertPicture(chosen) {
    placePicture(chosen)(this.view.state, (transaction) => this.view.dispatch(transaction), this.view);
  }

  /** A double click on a picture opens its description. */
  openPicture(node, at) {
    if (!["image", "picture"].includes(node.type.name)) return false;
    pick(this.words.images, { known: node.attrs }).then((told) => {
      if (told) {
        const { tr } = this.view.state;
        this.view.dispatch(tr.setNodeMarkup(at, null, { ...node.attrs, alt: told.alt }).setSelection(NodeSelection.create(tr.doc, at)));
      }
      this.view.focus();
    });
    return true;
  }

  paste(html) {
    const taken = { pictures: [], left: 0 };
    const cleaned = clean(html, { direction: getComputedStyle(this.view.dom).direction, taken });
    if (taken.left) this.say(this.words.left);
    if (taken.pictures.length) this.takeEmbedded(taken.pictures);
    return cleaned;
  }

  /** Pictures inside a pasted text are uploaded, and each is placed once it has been described. */
  async takeEmbedded(addresses) {
    for (const address of addresses) {
      const blob = await (await fetch(address).catch(() => null))?.blob();
      if (blob) await this.upload(new File([blob], `image.${blob.type.split("/")[1]}`, { type: blob.type }));
    }
  }

  takeFiles(data) {
    const files = [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    if (!files.length || data.getData("text/html").replaceAll(/<[^>]*>/g, "").trim()) return false;
    (async () => {
      for (const file of files) await this.upload(file);
    })();
    return true;
  }

  async upload(file) {
    this.say(this.words.uploading);
    const told = await send(this.words.images, file);
    this.say(told.error ?? "");
    if (told.error) return;
    const chosen = await pick(this.words.images, { chosen: told });
    if (chosen) this.insertPicture(chosen);
    this.view.focus();
  }

  say(words) {
    this.reason.textContent = words;
    this.reason.hidden = !words;
  }

  pictureView = (node) => {
    const dom = document.createElement("img");
    const source = node.attrs.src;
    dom.src = source.startsWith("/static/") ? this.words.files + source.slice("/static/".length) : source;
    dom.alt = node.attrs.alt ?? "";
    if (node.attrs.kept?.width) dom.width = node.attrs.kept.width;
    if (node.attrs.kept?.height) dom.height = node.attrs.kept.height;
    return { dom };
  };
}

function detailsView(node) {
  const dom = document.createElement("div");
  dom.className = "tk-rich-details";
  if (node.attrs.dir) dom.dir = node.attrs.dir;
  return { dom, contentDOM: dom };
}

/** Return what was meant by a typed address; nothing for what no link may be. */
function addressOf(typed) {
  if (LINK.test(typed)) return typed;
  if (ADDRESS.test(typed)) return `mailto:${typed}`;
  return BARE.test(typed) ? `https://${typed}` : "";
}
