/* Record a voice on the phone, in few bytes. Where that cannot be, the file field stays, and the reason is said. */

import { attach, filled, named, sizeWords } from "./attaching.js";

const BITS_PER_SECOND = 16_000; // speech stays clear: two minutes are 240 KB
const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

/** Improve the recording fields of a block; call it from `enhance`. */
export function voices(root) {
  for (const slot of root.querySelectorAll("[data-voice]")) new Recorder(slot).begin();
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

class Recorder {
  constructor(slot) {
    this.slot = slot;
    this.panel = slot.querySelector("[data-recorder]");
    this.input = slot.querySelector("input[type=file]");
    this.told = slot.querySelector("[data-told]");
    this.longest = Number(slot.dataset.seconds) || 120;
    this.buttons = Object.fromEntries(["start", "stop", "play", "again"].map((name) => [name, this.panel.querySelector(`[data-${name}]`)]));
  }

  begin() {
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia || !window.MediaRecorder) return this.say("missing");
    this.type = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    if (!this.type) return this.say("missing");
    this.panel.hidden = false;
    this.show("start");
    this.buttons.start.addEventListener("click", () => this.record());
    this.buttons.again.addEventListener("click", () => this.record());
    this.buttons.stop.addEventListener("click", () => (this.source ? this.source.stop() : this.stop()));
    this.buttons.play.addEventListener("click", () => this.play());
    this.input.addEventListener("change", () => this.forget());
    addEventListener("pagehide", () => this.stop());
    const form = this.input.form;
    if (!form) return;
    form.addEventListener("submit", () => this.stop(), true); // who sends waits for `coopReady`
    form.addEventListener("reset", () => setTimeout(() => this.forget()));
  }

  say(name, given = {}) {
    this.told.textContent = filled(this.slot.dataset[name], given);
  }

  /** Show these buttons alone; the focus never falls to nowhere. */
  show(...names) {
    const had = Object.values(this.buttons).includes(document.activeElement);
    for (const [name, button] of Object.entries(this.buttons)) button.hidden = !names.includes(name);
    if (had && document.activeElement.hidden !== false) this.buttons[names[0]].focus();
  }

  async record() {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true } });
    } catch (problem) {
      return this.say(problem.name === "NotFoundError" ? "missing" : "refused");
    }
    if (!this.slot.isConnected) return stream.getTracks().forEach((track) => track.stop());
    const pieces = [];
    this.recorder = new MediaRecorder(stream, { mimeType: this.type, audioBitsPerSecond: BITS_PER_SECOND });
    this.recorder.ondataavailable = (event) => pieces.push(event.data);
    this.input.coopReady = new Promise((done) => {
      this.recorder.onstop = () => done(this.keep(stream, pieces));
    });
    this.recorder.start();
    this.began = performance.now();
    this.say("recording");
    this.show("stop");
    this.slot.dataset.state = "recording";
    this.listen(stream);
    this.ticking = setInterval(() => this.tick(), 200);
  }

  tick() {
    const seconds = (performance.now() - this.began) / 1000;
    this.panel.querySelector("[data-time]").textContent = clock(Math.min(seconds, this.longest));
    if (this.analyser) {
      this.analyser.getByteTimeDomainData(this.wave);
      this.panel.querySelector("[data-level]").value = Math.max(...this.wave.map((one) => Math.abs(one - 128))) / 128;
    }
    if (seconds < this.longest || !this.slot.isConnected) return this.slot.isConnected || this.stop();
    this.isFull = true;
    this.stop();
  }

  /** Show how loud it is: who speaks sees that the phone hears. */
  listen(stream) {
    try {
      this.context = this.context || new AudioContext();
      this.analyser = this.context.createAnalyser();
      this.wave = new Uint8Array((this.analyser.fftSize = 256));
      this.context.createMediaStreamSource(stream).connect(this.analyser);
    } catch {
      this.analyser = null; // it records all the same
    }
  }

  stop() {
    clearInterval(this.ticking);
    if (this.recorder && this.recorder.state !== "inactive") this.recorder.stop();
  }

  keep(stream, pieces) {
    stream.getTracks().forEach((track) => track.stop());
    const type = this.type.split(";")[0];
    this.file = new File(pieces, named("recording", type), { type });
    attach(this.input, this.file);
    this.slot.dataset.state = "recorded";
    this.panel.querySelector("[data-level]").value = 0;
    const time = this.panel.querySelector("[data-time]").textContent;
    this.say("recorded", { time, size: sizeWords(this.slot, this.file.size) });
    if (this.isFull) this.told.textContent = `${this.slot.dataset.full} ${this.told.textContent}`;
    this.isFull = false;
    this.show("play", "again");
  }

  /** Play what was recorded from memory: a page takes no sound from blobs. */
  async play() {
    const context = (this.context = this.context || new AudioContext());
    await context.resume();
    try {
      const buffer = await context.decodeAudioData(await new Response(this.file).arrayBuffer());
      this.source = Object.assign(context.createBufferSource(), { buffer });
    } catch {
      return;
    }
    this.source.connect(context.destination);
    this.source.onended = () => {
      this.source = null;
      if (this.file) this.show("play", "again");
    };
    this.source.start();
    this.show("stop");
  }

  /** A file was chosen instead, or the form is empty again. */
  forget() {
    if (this.source) this.source.stop();
    this.file = null;
    this.slot.dataset.state = "";
    this.panel.querySelector("[data-time]").textContent = clock(0);
    this.told.textContent = "";
    this.show("start");
  }
}
