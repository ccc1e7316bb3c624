/* Make photos small before they are sent: a village pays for each kilobyte. Blur faces, and read the place only where it is allowed. */

import { attach, filled, named, sizeWords } from "./attaching.js";
import { placeOf } from "./place.js";

const LONGEST = 1280; // pixels of the longer side
const MOST_BYTES = 200 * 1024;
const QUALITIES = [0.8, 0.7, 0.6, 0.5, 0.4];
const STEP = 1 / 40; // of the longer side, for the arrow keys
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Improve the fields for photos, and for documents, of a block; call it from `enhance`. */
export function photos(root) {
  root.querySelectorAll("[data-documents]").forEach(documents);
  for (const box of root.querySelectorAll("[data-photos]")) {
    const slots = [...box.querySelectorAll("[data-photo]")].map((slot) => new Slot(box, slot, () => arrange(slots)));
    const consent = box.querySelector("[data-consent]");
    if (consent) consent.addEventListener("change", () => slots.forEach((slot) => slot.place(consent.checked)));
    const form = box.closest("form");
    if (form) form.addEventListener("reset", () => setTimeout(() => slots.forEach((slot) => slot.forget())));
    arrange(slots);
  }
}

/** Show the fields that are in use, and one more. */
function arrange(slots) {
  const first = slots.findIndex((slot) => !slot.isUsed);
  slots.forEach((slot, place) => (slot.element.hidden = first >= 0 && place > first));
}

/** Show as many fields for documents as are needed. */
function documents(box) {
  const slots = [...box.querySelectorAll("[data-part]")].map((element) => {
    const input = element.querySelector("input");
    return { element, get isUsed() { return input.files.length > 0; } };
  });
  box.addEventListener("change", () => arrange(slots));
  const form = box.closest("form");
  if (form) form.addEventListener("reset", () => setTimeout(() => arrange(slots)));
  arrange(slots);
}

function read(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = failed;
    reader.readAsDataURL(file); // pages take pictures from data, not from blobs
  });
}

function canvasOf(width, height) {
  return Object.assign(document.createElement("canvas"), { width, height });
}

function encoded(canvas, type, quality) {
  return new Promise((done) => canvas.toBlob(done, type, quality));
}

/** Return the photo in as few bytes as it takes, smaller in steps until they are few enough. */
async function compressed(canvas) {
  let best = null;
  for (let from = canvas; from.width > 200; from = shrunk(from, 0.75)) {
    for (const quality of QUALITIES) {
      let blob = await encoded(from, "image/webp", quality);
      if (!blob || blob.type !== "image/webp") blob = await encoded(from, "image/jpeg", quality);
      if (blob && (!best || blob.size < best.size)) best = blob;
      if (best && best.size <= MOST_BYTES) return best;
    }
  }
  return best;
}

function shrunk(source, by) {
  const made = canvasOf(Math.max(1, Math.round(source.width * by)), Math.max(1, Math.round(source.height * by)));
  made.getContext("2d").drawImage(source, 0, 0, made.width, made.height);
  return made;
}

/** One photo of the form. */
class Slot {
  constructor(box, element, changed) {
    Object.assign(this, { box, element, changed, discs: [], ring: null, blurring: false });
    this.input = element.querySelector("input[type=file]");
    this.preview = element.querySelector("[data-preview]");
    this.canvas = this.preview.querySelector("canvas");
    this.told = this.preview.querySelector("[data-told]");
    this.placeField = element.querySelector("[data-position]");
    this.input.addEventListener("change", () => this.take(this.input.files[0]));
    this.on("[data-blur]", () => this.toggle());
    this.on("[data-undo]", () => this.undo());
    this.on("[data-take-out]", () => this.takeOut());
    this.canvas.addEventListener("pointerdown", (event) => this.press(event));
    this.canvas.addEventListener("pointermove", (event) => event.buttons && this.press(event, true));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    for (const ending of ["pointerup", "pointercancel"]) this.canvas.addEventListener(ending, () => this.settle());
  }

  get isUsed() {
    return this.input.files.length > 0;
  }

  on(selector, act) {
    this.preview.querySelector(selector).addEventListener("click", act);
  }

  say(words, given = {}) {
    this.told.textContent = filled(words, given);
  }

  /** Take a photo that was chosen; who sends waits for `coopReady`. */
  take(file) {
    this.forget();
    if (!file) return this.changed();
    this.original = file;
    this.preview.hidden = false;
    this.say(this.box.dataset.preparing);
    const consent = this.box.querySelector("[data-consent]");
    this.input.coopReady = Promise.all([this.prepare(file), this.place(consent && consent.checked)]);
    this.changed();
  }

  async prepare(file) {
    this.preview.dataset.state = "preparing";
    try {
      const picture = new Image();
      picture.src = await read(file);
      await picture.decode();
      const by = Math.min(1, LONGEST / Math.max(picture.naturalWidth, picture.naturalHeight));
      this.base = canvasOf(Math.round(picture.naturalWidth * by) || 1, Math.round(picture.naturalHeight * by) || 1);
      this.base.getContext("2d").drawImage(picture, 0, 0, this.base.width, this.base.height);
    } catch {
      this.preview.dataset.state = "unreadable";
      return this.say(this.box.dataset.unreadable);
    }
    this.preview.dataset.state = "ready";
    await this.finish();
  }

  /** Draw the photo with its blurred places, make it small, and put it into the form. */
  async finish(words = this.box.dataset.ready) {
    this.draw();
    const turn = (this.turn = {}); // a later change overtakes this one
    const blob = await compressed(this.work);
    if (turn !== this.turn || !blob) return;
    attach(this.input, new File([blob], named(this.original.name, blob.type), { type: blob.type }));
    const facts = { size: sizeWords(this.box, blob.size), width: this.base.width, height: this.base.height };
    this.say(words, { ...facts, count: this.discs.length });
    this.element.dispatchEvent(new CustomEvent("coop:photo", { bubbles: true, detail: { size: blob.size, type: blob.type } }));
  }

  draw() {
    const { width, height } = this.base;
    this.work = canvasOf(width, height);
    const context = this.work.getContext("2d");
    context.drawImage(this.base, 0, 0);
    for (const disc of this.discs) this.blur(context, disc);
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    const seen = this.canvas.getContext("2d");
    seen.drawImage(this.work, 0, 0);
    if (!this.ring) return;
    for (const [colour, thick] of [["#fff", 8], ["#111", 4]]) {
      seen.beginPath();
      seen.arc(this.ring.x, this.ring.y, this.radius, 0, 7);
      Object.assign(seen, { lineWidth: thick, strokeStyle: colour });
      seen.stroke();
    }
  }

  get radius() {
    return Math.max(this.base.width, this.base.height) / 14;
  }

  /** Leave of a disc sixteen points, which nobody can turn back into a face. */
  blur(context, { x, y }) {
    const small = canvasOf(4, 4);
    const sketch = small.getContext("2d");
    const [from, side] = [this.radius, 2 * this.radius];
    Object.assign(sketch, { fillStyle: "#888", imageSmoothingQuality: "high" });
    sketch.fillRect(0, 0, 4, 4);
    sketch.drawImage(this.base, x - from, y - from, side, side, 0, 0, 4, 4);
    context.save();
    context.beginPath();
    context.arc(x, y, from, 0, 7);
    context.clip();
    context.drawImage(small, x - from, y - from, side, side);
    context.restore();
  }

  toggle() {
    if (!this.base) return;
    this.blurring = !this.blurring;
    this.show();
    this.ring = null;
    this.draw();
  }

  show() {
    this.preview.querySelector("[data-blur]").setAttribute("aria-pressed", String(this.blurring));
    this.preview.querySelector("[data-how]").hidden = !this.blurring;
    this.preview.querySelector("[data-undo]").hidden = !this.discs.length;
    this.canvas.dataset.blurring = this.blurring ? "yes" : "";
    this.canvas.tabIndex = this.blurring ? 0 : -1;
  }

  press(event, isDrag) {
    if (!this.blurring || !this.base) return;
    event.preventDefault();
    const shown = this.canvas.getBoundingClientRect();
    const by = this.base.width / shown.width;
    const disc = { x: (event.clientX - shown.left) * by, y: (event.clientY - shown.top) * by };
    const last = this.discs[this.discs.length - 1];
    if (isDrag && last && Math.hypot(disc.x - last.x, disc.y - last.y) < this.radius / 2) return;
    if (!isDrag && this.canvas.setPointerCapture) this.canvas.setPointerCapture(event.pointerId);
    this.discs.push(disc);
    this.unsettled = true;
    this.draw();
  }

  /** Once the finger is lifted, make the photo again. */
  settle() {
    if (!this.unsettled) return;
    this.unsettled = false;
    this.show();
    this.input.coopReady = this.finish(this.box.dataset.blurred);
  }

  key(event) {
    if (!this.blurring || !this.base) return;
    const arrow = ARROWS[event.key];
    if (!arrow && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    const { width, height } = this.base;
    const at = this.ring || { x: width / 2, y: height / 2 };
    const step = Math.max(width, height) * STEP;
    if (arrow) at.x = Math.min(width, Math.max(0, at.x + arrow[0] * step));
    if (arrow) at.y = Math.min(height, Math.max(0, at.y + arrow[1] * step));
    this.ring = at;
    if (arrow) return this.draw();
    this.discs.push({ ...at });
    this.unsettled = true;
    this.settle();
  }

  undo() {
    this.discs.pop();
    this.show();
    if (!this.discs.length) this.preview.querySelector("[data-blur]").focus();
    this.input.coopReady = this.finish(this.box.dataset.unblurred);
  }

  takeOut() {
    this.forget();
    attach(this.input, null);
    const words = this.element.querySelector("input[type=text]");
    if (words) words.value = "";
    this.changed();
    this.input.focus();
    const status = this.box.closest("[data-coop]") && this.box.closest("[data-coop]").querySelector("[data-status]");
    if (status) status.textContent = this.box.dataset.removed;
  }

  /** Read where the photo was taken, if that is allowed; forget it if it is not. */
  async place(isAllowed) {
    if (!this.placeField) return;
    this.placeField.value = "";
    if (!isAllowed || !this.original) return;
    const found = await placeOf(this.original);
    this.placeField.value = found ? found.join(",") : "";
    this.say(found ? this.box.dataset.placed : this.box.dataset.unplaced, { place: (found || []).join(", ") });
  }

  forget() {
    Object.assign(this, { base: null, work: null, original: null, discs: [], ring: null, blurring: false, turn: null });
    if (this.placeField) this.placeField.value = "";
    this.input.coopFiles = undefined;
    this.preview.hidden = true;
    this.preview.dataset.state = "";
    this.say("");
    this.show();
    if (!this.isUsed) this.changed();
  }
}
