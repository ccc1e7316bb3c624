/* What an XBlock's script is promised: a runtime, its element, its arguments, and children that have started before it. */
const BLOCK = ".xblock, .xblock_asides-v1";

/** Return the element behind what blocks hand over: a node, a jQuery object, or the object that their own function made. */
export function elementOf(given) {
  if (!given || given.nodeType === 1) return given;
  if (given.jquery) return given[0];
  return elementOf(given.element);
}

/** Return the usage key of the block that the element is, or stands in. */
export function usageOf(given) {
  const element = elementOf(given);
  const holder = element?.closest?.("[data-usage-id],[data-usage]");
  return holder ? holder.dataset.usageId || holder.dataset.usage : "";
}

/** Return a usage key as one segment of an address, written as the server writes it. */
export function segment(usage) {
  return encodeURIComponent(usage).replace(/%3A/g, ":").replace(/%2B/g, "+").replace(/%40/g, "@");
}

export class Runtime {
  /** `addressOf(usage)` gives the address below which a block's handlers are. */
  constructor({ addressOf, resources = "", refresh = () => location.reload() }) {
    this.addressOf = addressOf;
    this.resources = resources;
    this.refresh = refresh;
    this.listeners = {};
    for (const name of ["handlerUrl", "children", "childMap", "notify", "listenTo", "refreshXBlock", "resourceUrl", "localResourceUrl"]) {
      this[name] = this[name].bind(this); // blocks take them off the runtime and call them by themselves
    }
  }

  handlerUrl(element, handler, suffix, query) {
    const path = `${this.addressOf(usageOf(element))}/${encodeURIComponent(handler)}`;
    const tail = suffix ? `/${String(suffix).split("/").map(encodeURIComponent).join("/")}` : "";
    return path + tail + (query ? `?${query}` : "");
  }

  children(element) {
    return elementOf(element)?.xblock_children ?? [];
  }

  childMap(element, name) {
    return this.children(element).find((child) => child.name === name);
  }

  listenTo(event, listener) {
    (this.listeners[event] ??= []).push(listener);
  }

  notify(event, data) {
    for (const listener of this.listeners[event] ?? []) listener(data);
  }

  refreshXBlock() {
    this.refresh();
  }

  resourceUrl(path) {
    return `${this.resources}/capa/${path}`;
  }

  localResourceUrl(element, path) {
    const type = elementOf(element)?.closest("[data-block-type]")?.dataset.blockType ?? "";
    return `${this.resources}/resource/${encodeURIComponent(type)}/${path}`;
  }
}

/**
 * Start the blocks in `root`, children before those around them, in the order of the page. One that fails is told to
 * `failed(element, error)` and stops no other.
 */
export function start(root, runtime, failed) {
  return outermost(root).map((element) => startOne(element, runtime, failed));
}

function startOne(element, runtime, failed) {
  if (element.classList.contains("xblock-initialized")) return element.xblock_started;
  element.xblock_children = start(element, runtime, failed);
  let block = {};
  const name = element.dataset.init;
  if (name) {
    try {
      const Start = window[name];
      if (typeof Start !== "function") throw new TypeError(`there is no function ${name}`);
      block = new Start(runtime, element, ...rest(element)) ?? {};
    } catch (error) {
      failed(element, error);
    }
  }
  Object.assign(block, { element, name: element.dataset.name, runtime, type: element.dataset.blockType });
  element.xblock_started = block;
  element.classList.add("xblock-initialized");
  element.dispatchEvent(new CustomEvent("xblock-initialized", { bubbles: true }));
  return block;
}

/** Return what a starting function gets after runtime and element: an aside is shown its block first. */
function rest(element) {
  const own = [...element.children].find((child) => child.matches("script.xblock_json_init_args, script.xblock-json-init-args"));
  const args = own ? JSON.parse(own.textContent) : {};
  if (!element.classList.contains("xblock_asides-v1")) return own ? [args] : [];
  const key = element.dataset.blockId ?? element.dataset.block_id;
  const beside = [...document.querySelectorAll(".xblock[data-usage-id]")].find((one) => one.dataset.usageId === key);
  return [window.jQuery ? window.jQuery(beside) : beside, args];
}

function outermost(root) {
  const own = root.matches?.(BLOCK) ? root : null;
  return [...root.querySelectorAll(BLOCK)].filter((one) => (one.parentElement.closest(BLOCK) ?? null) === own || !root.contains(one.parentElement.closest(BLOCK)));
}
