/* The outline of a course: parts are added, named, moved and taken out where they stand; what is open is remembered on this device.
 * Every action is a form of the page; here it is sent without leaving it, and the answer names the rows that differ. */
import Sortable from "sortablejs";

const LARGEST = 60;
const OPENS_AFTER = 700; // ms
const escaped = (block) => CSS.escape(block);

export function begin(root) {
  new Outline(root).start();
}

class Outline {
  constructor(root) {
    this.root = root;
    this.said = document.getElementById("said");
    this.acts = document.getElementById("acts");
    this.filters = document.getElementById("filters");
    this.words = document.getElementById("words").dataset;
    this.store = `takwin-outline:${root.dataset.course}`;
    this.waiting = Promise.resolve();
    this.hovering = (event) => this.hovered(event);
  }

  start() {
    this.root.classList.add("so-started");
    this.root.addEventListener("click", (event) => this.clicked(event));
    this.root.addEventListener("submit", (event) => this.submitted(event));
    this.root.addEventListener("keydown", (event) => this.pressed(event));
    this.root.addEventListener("toggle", (event) => this.unfoldedAdding(event), true);
    this.said.addEventListener("submit", (event) => this.submitted(event));
    if (new URLSearchParams(location.search).has("done")) history.replaceState(null, "", location.pathname + location.hash);
    this.begun(this.root);
    this.remember();
  }

  /* --- what is open --- */

  item(block) {
    return this.root.querySelector(`[data-block="${escaped(block)}"]`);
  }

  list(block) {
    return this.root.querySelector(`[data-list="${escaped(block)}"]`);
  }

  opened() {
    return [...this.root.querySelectorAll(".so-item > .so-below:not([hidden]) > [data-list]")].map((list) => list.dataset.list);
  }

  async toggle(fold) {
    const item = fold.closest(".so-item");
    const below = item.querySelector(":scope > .so-below");
    const opens = fold.getAttribute("aria-expanded") !== "true";
    fold.setAttribute("aria-expanded", String(opens));
    if (below) below.hidden = !opens;
    else await this.fetchBelow(item.dataset.block);
    this.keep(item.dataset.block, opens);
  }

  async fetchBelow(block, more = []) {
    const asked = new URLSearchParams([["only", this.root.dataset.only], ...more]);
    const answer = await fetch(`${this.root.dataset.rows}${block}?${asked}`).catch(() => null);
    if (!answer?.ok) return this.complain();
    const piece = fragment(await answer.text());
    const holder = block === this.root.dataset.root ? this.root : this.item(block);
    if (!holder) return undefined;
    holder.querySelector(":scope > .so-below")?.remove();
    holder.append(piece);
    this.begun(holder);
    return undefined;
  }

  kept() {
    try {
      return { open: [], shut: [], ...JSON.parse(localStorage.getItem(this.store) ?? "{}") };
    } catch {
      return { open: [], shut: [] };
    }
  }

  keep(block, opens) {
    const kept = this.kept();
    const [into, from] = opens ? ["open", "shut"] : ["shut", "open"];
    kept[from] = kept[from].filter((one) => one !== block);
    kept[into] = [...kept[into].filter((one) => one !== block), block].slice(-LARGEST);
    try {
      localStorage.setItem(this.store, JSON.stringify(kept));
    } catch {
      // a device without room forgets
    }
  }

  async remember() {
    const asked = new URLSearchParams(location.search);
    if (asked.has("open") || asked.has("shut") || asked.has("rename") || this.root.dataset.only) return;
    const { open, shut } = this.kept();
    for (const block of shut) {
      const item = this.item(block);
      const below = item?.querySelector(":scope > .so-below");
      if (!below) continue;
      below.hidden = true;
      item.querySelector(".so-fold").setAttribute("aria-expanded", "false");
    }
    if (open.some((block) => this.item(block) && !this.list(block))) {
      const more = [...open.map((block) => ["open", block]), ...shut.map((block) => ["shut", block])];
      await this.fetchBelow(this.root.dataset.root, more);
    }
  }

  /* --- what people do --- */

  clicked(event) {
    const fold = event.target.closest(".so-fold") ?? event.target.closest("[data-folds]")?.closest(".so-row").querySelector(".so-fold");
    const act = event.target.closest("[data-act]");
    if (event.metaKey || event.ctrlKey) return;
    if (fold) {
      event.preventDefault();
      this.toggle(fold);
    } else if (act?.dataset.act === "rename") {
      event.preventDefault();
      this.rename(act.closest(".so-item"));
    } else if (act?.dataset.act === "place") {
      event.preventDefault();
      this.ask(act);
    } else if (act?.matches("button")) {
      event.preventDefault();
      act.closest("details").open = false;
      this.send(this.acts.action, { do: act.value }, { act: act.dataset.act });
    }
  }

  pressed(event) {
    const item = event.target.closest(".so-item");
    if (!item || event.target.matches("input, select, textarea")) return;
    if (event.key === "F2") {
      event.preventDefault();
      this.rename(item);
    } else if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      event.preventDefault();
      this.row(item).querySelector(`[data-act="${event.key === "ArrowUp" ? "up" : "down"}"]`).click();
    }
  }

  submitted(event) {
    const form = event.target;
    if (!form.matches("[data-add], .so-rename, .so-done form, [data-put]")) return;
    event.preventDefault();
    const { csrf_token: _token, ...fields } = Object.fromEntries(new FormData(form));
    if (form.matches("[data-add]")) this.add(form, fields);
    else this.send(form.action, fields, { act: form.matches(".so-done form") ? "undo" : "rename" });
  }

  unfoldedAdding(event) {
    const adding = event.target;
    if (!adding.matches?.("details.so-add[open]")) return;
    if (adding.dataset.waits) delete adding.dataset.waits;
    else {
      this.foldAdding([adding]);
      adding.querySelector("input[name=title]").focus();
    }
  }

  /* One empty title is enough: what was begun elsewhere stays. */
  foldAdding(but) {
    for (const one of this.root.querySelectorAll("details.so-add[open]")) {
      if (!but.includes(one) && !one.querySelector("input[name=title]").value.trim()) one.open = false;
    }
  }

  /* What was just added shows where its own parts are written; whoever lists parts types on in the form they are in. */
  openNew(block) {
    const item = this.item(block);
    const adding = item?.querySelector(":scope > .so-below > details.so-add");
    this.foldAdding([document.activeElement?.closest("details.so-add"), adding]);
    if (!adding) return;
    this.keep(block, true);
    if (adding.open) return;
    adding.dataset.waits = "yes";
    adding.open = true;
  }

  async add(form, fields) {
    const title = form.elements.title;
    if (!title.value.trim()) return;
    const typed = title.value;
    title.value = ""; // the next one can be typed while this one travels
    const done = await this.send(form.action, fields, { act: "add" });
    if (!done && !title.value) title.value = typed;
  }

  row(item) {
    return item.querySelector(":scope > .so-row");
  }

  rename(item) {
    const row = this.row(item);
    if (row.querySelector(".so-rename")) return;
    row.querySelector("details").open = false;
    const title = row.querySelector("[data-title]");
    const words = title.textContent.trim();
    const input = Object.assign(document.createElement("input"), { className: "tk-input", name: "title", value: words, maxLength: 200 });
    const sample = this.root.querySelector("[data-add] input[name=title]");
    input.setAttribute("aria-label", this.words.title);
    input.lang = sample?.lang ?? "";
    input.dir = sample?.dir ?? "auto";
    const box = document.createElement("form");
    box.className = "so-rename";
    box.append(input);
    title.hidden = true;
    title.after(box);
    input.focus();
    input.select();
    let isOver = false;
    const close = (refocus) => {
      isOver = true;
      box.remove();
      title.hidden = false;
      if (refocus) this.focus(item.dataset.block);
    };
    const save = async (refocus) => {
      if (isOver) return;
      const said = input.value.trim();
      if (!said || said === words) return close(refocus);
      isOver = true;
      const done = await this.send(this.root.dataset.rename, { block: item.dataset.block, title: said }, { act: "rename", refocus });
      if (!done) {
        isOver = false;
        input.focus();
      }
    };
    box.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      save(true);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      close(true);
    });
    input.addEventListener("blur", () => save(false));
  }

  async ask(link) {
    link.closest("details").open = false;
    const answer = await fetch(`${link.href}?part=1`).catch(() => null);
    if (!answer?.ok) return this.complain();
    const dialog = document.createElement("dialog");
    dialog.className = "so-dialog";
    dialog.setAttribute("aria-labelledby", "place-title");
    dialog.append(fragment(await answer.text()));
    dialog.addEventListener("click", (event) => {
      if (!event.target.closest("[data-close]")) return;
      event.preventDefault();
      dialog.close();
    });
    dialog.addEventListener("submit", (event) => {
      event.preventDefault();
      const { csrf_token: _token, ...fields } = Object.fromEntries(new FormData(event.target));
      dialog.close();
      this.send(event.target.action, fields, { act: "place" });
    });
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    return undefined;
  }

  /* --- dragging --- */

  begun(root) {
    const lists = root.querySelectorAll("[data-list]");
    for (const list of lists) {
      if (list.dataset.sortable || this.root.dataset.only) continue;
      list.dataset.sortable = "1";
      Sortable.create(list, {
        group: list.dataset.type,
        handle: ".so-grip",
        draggable: ".so-item",
        ghostClass: "so-ghost",
        dragClass: "so-dragged",
        forceFallback: true,
        fallbackOnBody: true,
        fallbackTolerance: 4,
        animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
        onStart: () => document.addEventListener("pointermove", this.hovering),
        onEnd: (event) => {
          document.removeEventListener("pointermove", this.hovering);
          clearTimeout(this.hover?.timer);
          this.dropped(event);
        },
      });
    }
  }

  /* What is dragged over a folded part for a moment opens it. */
  hovered({ clientX, clientY }) {
    const row = document.elementsFromPoint(clientX, clientY).find((one) => one.matches(".so-row") && !one.closest(".so-dragged"));
    if (row === this.hover?.row) return;
    clearTimeout(this.hover?.timer);
    const fold = row?.querySelector('.so-fold[aria-expanded="false"]');
    this.hover = { row, timer: fold && setTimeout(() => this.toggle(fold), OPENS_AFTER) };
  }

  async dropped({ item, from, to, oldIndex, newIndex }) {
    if (from === to && oldIndex === newIndex) return;
    const before = item.nextElementSibling?.dataset.block ?? "";
    const fields = { block: item.dataset.block, parent: from.dataset.list, to: to.dataset.list, before };
    const done = await this.send(this.root.dataset.place, fields, { act: "drag" });
    if (!done) from.insertBefore(item, from.children[oldIndex] ?? null);
  }

  /* --- sending, and what comes back --- */

  send(address, fields, how) {
    const sent = this.waiting.then(() => this.sendNow(address, fields, how));
    this.waiting = sent.catch(() => null);
    return sent;
  }

  async sendNow(address, fields, how) {
    const body = new URLSearchParams({ csrf_token: this.acts.elements.csrf_token.value, only: this.root.dataset.only, ...fields });
    for (const block of this.opened()) body.append("open", block);
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    const told = await answer?.json().catch(() => null);
    if (!answer?.ok || !told) {
      this.complain(told?.message);
      return false;
    }
    await this.apply(told, how);
    return true;
  }

  async apply(told, how) {
    const [gone] = how.act === "remove" ? this.neighbour(told) : [];
    for (const [parent, order] of Object.entries(told.orders)) await this.arrange(parent, order, told.items);
    for (const [block, html] of Object.entries(told.rows)) this.renew(block, html);
    this.filters.innerHTML = told.filters;
    this.showState(told);
    this.say(told);
    if (how.act === "add") this.openNew(told.focus);
    if (how.act === "remove") this.focus(gone ?? told.focus);
    else if (how.act !== "add" && how.refocus !== false) this.focus(told.focus);
  }

  /* The frame of the page says whether there is something to publish. */
  showState({ state, is_ahead: isAhead }) {
    if (state) document.querySelector(".st-name .tk-badge")?.replaceWith(fragment(state));
    const publish = document.querySelector('.st-acts [href$="/changes"]');
    publish?.classList.toggle("tk-button--primary", isAhead);
    publish?.classList.toggle("tk-button--quiet", !isAhead);
  }

  /* After something is gone the focus stays near: on what follows it, else on what stood before. */
  neighbour(told) {
    for (const [parent, order] of Object.entries(told.orders)) {
      const rows = [...(this.list(parent)?.children ?? [])].map((item) => item.dataset.block);
      const place = rows.findIndex((block) => !order.includes(block));
      if (place >= 0) return [rows[place + 1] ?? rows[place - 1]];
    }
    return [];
  }

  async arrange(parent, order, items) {
    const list = this.list(parent);
    if (!list) return;
    const rows = order.map((block) => this.item(block) ?? (items[block] && fragment(items[block]).firstElementChild));
    if (rows.some((row) => !row)) {
      // Somebody else added to it meanwhile.
      await this.fetchBelow(parent, this.opened().map((block) => ["open", block]));
      return;
    }
    const kept = new Set(rows);
    for (const row of [...list.children]) if (!kept.has(row)) row.remove();
    rows.forEach((row, place) => list.children[place] !== row && list.insertBefore(row, list.children[place] ?? null));
    this.begun(list);
  }

  renew(block, html) {
    const row = this.root.querySelector(`[data-row="${escaped(block)}"]`);
    if (!row) return;
    row.replaceWith(fragment(html).firstElementChild);
    const below = this.item(block).querySelector(":scope > .so-below");
    this.row(this.item(block)).querySelector(".so-fold")?.setAttribute("aria-expanded", String(Boolean(below && !below.hidden)));
  }

  focus(block) {
    const item = this.item(block);
    if (!item) return;
    const row = this.row(item);
    row.scrollIntoView({ block: "nearest" });
    (row.querySelector("a.so-title") ?? row.querySelector(".so-fold") ?? row.querySelector("summary")).focus();
  }

  say({ said, undo }) {
    if (!said) return;
    const notice = document.createElement("div");
    notice.className = "tk-notice tk-notice--ok";
    const box = document.createElement("div");
    box.className = "so-done";
    const text = document.createElement("p");
    text.textContent = said;
    box.append(text);
    if (undo) {
      const form = Object.assign(document.createElement("form"), { method: "post", action: this.root.dataset.undo });
      const revision = Object.assign(document.createElement("input"), { type: "hidden", name: "revision", value: undo });
      const button = Object.assign(document.createElement("button"), {
        className: "tk-button tk-button--secondary",
        textContent: this.words.undo,
      });
      form.append(revision, button);
      box.append(form);
    }
    notice.append(box);
    this.said.replaceChildren(notice);
  }

  complain(message) {
    const notice = document.createElement("div");
    notice.className = "tk-notice tk-notice--bad";
    notice.setAttribute("role", "alert");
    notice.textContent = message ?? this.words.failed;
    this.said.replaceChildren(notice);
  }
}

function fragment(html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  return made.content;
}
