/* Choosing a picture of the course, or sending a new one; none is placed without its description. */
const PICKED = "tk-picked";

/** Send one file to the course; return what it became, or `{error}` in words. */
export async function send(address, file) {
  const form = new FormData();
  form.append("file", file, file.name);
  return post(address, form);
}

async function post(address, form) {
  const token = document.querySelector("input[name=csrf_token]")?.value ?? "";
  form.set("csrf_token", token);
  const answer = await fetch(address, { method: "POST", body: form, headers: { Accept: "application/json" } }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  return told ?? { error: document.querySelector(`[data-images="${address}"], [data-rich]`)?.dataset.unsent ?? "" };
}

/**
 * Open the pictures of the course; the promise brings `{src, srcset, sizes, width, height, alt, caption}`, or nothing.
 *
 * `known` is a picture in a text whose description is to be changed; `chosen` one that was just sent.
 */
export async function pick(address, { known = null, chosen = null } = {}) {
  const answer = await fetch(`${address}?picker=1`, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return null;
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
  const dialog = document.importNode(parsed.querySelector("dialog"), true);
  document.body.append(dialog);
  return new Picker(dialog, address).open({ known, chosen });
}

class Picker {
  constructor(dialog, address) {
    this.dialog = dialog;
    this.address = address;
    this.chosen = null;
    this.find = (name) => dialog.querySelector(`[data-picker=${name}]`);
  }

  open({ known, chosen }) {
    const { dialog } = this;
    dialog.addEventListener("change", (event) => this.changed(event));
    dialog.addEventListener("click", (event) => this.clicked(event));
    this.find("search").addEventListener("input", ({ target }) => this.search(target.value));
    this.find("alt").addEventListener("input", () => this.complain(false));
    this.find("describe").addEventListener("submit", (event) => this.submit(event));
    dialog.showModal();
    if (known) this.describe({ ...known, ...known.kept, ...this.pictureOf(known.src) }, { alt: known.alt, isKnown: true });
    if (chosen) this.describe(chosen);
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => {
        dialog.remove();
        resolve(this.result ?? null);
      });
    });
  }

  pictureOf(src) {
    const button = [...this.dialog.querySelectorAll("button[data-picture]")].find((one) => JSON.parse(one.dataset.picture).src === src);
    return button ? JSON.parse(button.dataset.picture) : {};
  }

  async changed({ target }) {
    if (target.type === "file" && target.files.length) {
      const state = this.find("state");
      state.textContent = state.dataset.busy;
      const told = await send(this.address, target.files[0]);
      state.textContent = told.error ?? "";
      target.value = "";
      if (!told.error) this.describe(told);
    } else if (target.name === "decorative") {
      this.find("alt").disabled = target.checked;
      this.complain(false);
    }
  }

  clicked({ target }) {
    const button = target.closest("button");
    if (button?.dataset.picture) this.describe(JSON.parse(button.dataset.picture));
    if (button?.value === "cancel") this.dialog.close();
    if (button?.value === "back") this.turn(false);
  }

  search(text) {
    const wanted = text.trim().toLowerCase();
    for (const item of this.dialog.querySelectorAll("[data-name]")) item.hidden = !item.dataset.name.toLowerCase().includes(wanted);
  }

  turn(isDescribing) {
    this.find("choose").hidden = isDescribing;
    this.find("describe").hidden = !isDescribing;
  }

  describe(chosen, { alt = null, isKnown = false } = {}) {
    this.chosen = chosen;
    this.turn(true);
    const shown = this.find("shown");
    if (chosen.url) shown.src = chosen.url; // the whole picture: its size is known once it is here
    shown.hidden = !chosen.url;
    this.find("alt").value = alt ?? "";
    this.find("decorative").checked = alt === "" && isKnown;
    this.find("alt").disabled = this.find("decorative").checked;
    this.find("caption-row").hidden = isKnown;
    this.find("alt").focus();
  }

  complain(isMissing) {
    this.find("wrong").hidden = !isMissing;
    this.find("alt").setAttribute("aria-invalid", String(isMissing));
  }

  async submit(event) {
    event.preventDefault();
    const alt = this.find("alt").value.trim();
    const isDecorative = this.find("decorative").checked;
    const isMissing = !alt && !isDecorative;
    this.complain(isMissing);
    if (isMissing) return void this.find("alt").focus();
    const about = { alt: isDecorative ? "" : alt, caption: this.find("caption").value.trim() };
    this.result = { ...(await this.sized(this.chosen)), ...about };
    return void this.dialog.close(PICKED);
  }

  /** Add what a browser must know to fetch the smallest picture that is large enough. */
  async sized({ src, width, height, smaller = [], sizes }) {
    const shown = this.find("shown");
    if (!width) await shown.decode?.().catch(() => null);
    const whole = { width: width ?? shown.naturalWidth, height: height ?? shown.naturalHeight };
    const steps = smaller.filter(([step]) => step < whole.width).map(([step, address]) => `${address} ${step}w`);
    const srcset = steps.length ? [...steps, `${src} ${whole.width}w`].join(", ") : "";
    return { src, srcset, sizes, ...whole };
  }
}
