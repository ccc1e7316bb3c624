/* The row of tools above a text: one stop for the Tab key, arrows within it. */
import { isInTable } from "prosemirror-tables";

export class Toolbar {
  constructor(bar, editor) {
    this.bar = bar;
    this.editor = editor;
    this.isByKeys = false;
    this.chosen = 0; // when something was taken from a list: the Enter of that choice is none in the text
    this.tables = bar.querySelector("[data-rich-table]");
    bar.hidden = false;
    bar.addEventListener("click", (event) => this.press(event));
    bar.addEventListener("change", ({ target }) => this.choose(target));
    bar.addEventListener("pointerdown", ({ target }) => (this.isPointed = !!target.closest("select")));
    bar.addEventListener("keydown", (event) => this.move(event));
    bar.addEventListener("mousedown", (event) => event.target.closest("button") && event.preventDefault()); // the text keeps its cursor
  }

  get tools() {
    return [...this.bar.querySelectorAll("button, select")].filter((tool) => !tool.disabled && tool.offsetParent !== null);
  }

  /** Offer all tools, or beside HTML only the way back. */
  show(isText) {
    for (const tool of this.bar.querySelectorAll("button, select")) {
      if (tool.dataset.do === "markup") tool.setAttribute("aria-pressed", String(!isText));
      else tool.disabled = !isText;
    }
    this.refresh();
  }

  refresh() {
    const { view, commands, isText } = this.editor;
    if (!view || !isText) {
      this.tables.hidden = true;
    } else {
      const { state } = view;
      this.tables.hidden = !isInTable(state);
      for (const tool of this.bar.querySelectorAll("button[aria-pressed][data-do]")) {
        const isOn = commands[tool.dataset.do]?.isOn;
        if (isOn) tool.setAttribute("aria-pressed", String(isOn(state)));
      }
      for (const name of ["undo", "redo"]) this.bar.querySelector(`[data-do=${name}]`).disabled = !commands[name].run(state);
      const { parent } = state.selection.$from;
      const level = parent.type.name === "heading" ? parent.attrs.level : 0;
      const style = this.bar.querySelector("[data-choose=style]");
      style.value = level ? String(Math.min(Math.max(level, 3), 4)) : "0";
    }
    this.settle();
  }

  /** Exactly one tool can be reached by Tab. */
  settle() {
    const { tools } = this;
    const here = tools.includes(document.activeElement) ? document.activeElement : (tools.find((tool) => tool.tabIndex === 0) ?? tools[0]);
    for (const tool of this.bar.querySelectorAll("button, select")) tool.tabIndex = tool === here ? 0 : -1;
  }

  press(event) {
    const tool = event.target.closest("button[data-do]");
    if (!tool) return;
    this.isByKeys = event.detail === 0;
    this.editor.run(tool.dataset.do);
    this.isByKeys = false;
  }

  choose(select) {
    const name = `${select.dataset.choose}-${select.value}`;
    this.isByKeys = true;
    this.editor.run(name);
    this.isByKeys = false;
    if (select.dataset.choose === "box") select.selectedIndex = 0;
    if (this.isPointed) this.back();
  }

  /** Go back to the text; who goes through a list by its arrows stays there until Enter. */
  back() {
    this.isPointed = false;
    this.chosen = performance.now();
    setTimeout(() => this.editor.view?.focus());
  }

  focus() {
    (this.tools.find((tool) => tool.tabIndex === 0) ?? this.tools[0])?.focus();
  }

  move(event) {
    if (event.key === "Enter" && event.target.matches("select")) {
      event.preventDefault();
      this.back();
      return;
    }
    const { tools } = this;
    const at = tools.indexOf(document.activeElement);
    const isBackwards = getComputedStyle(this.bar).direction === "rtl";
    const steps = { ArrowRight: isBackwards ? -1 : 1, ArrowLeft: isBackwards ? 1 : -1 };
    if (event.key === "Escape") this.editor.view?.focus();
    let next = null;
    if (event.key in steps) next = tools[(at + steps[event.key] + tools.length) % tools.length];
    else if (event.key === "Home") next = tools[0];
    else if (event.key === "End") next = tools.at(-1);
    if (!next || at < 0) return;
    event.preventDefault();
    next.focus();
    this.settle();
  }
}
