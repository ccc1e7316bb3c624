/* The camera: the browser's own reader of QR codes where it has one, else one that is loaded once the camera is used. */

const EVERY = 200; // ms between two looks
const SAME_AGAIN = 3_000; // ms in which a code that stays before the camera is one scan

export class Camera {
  constructor(page, words, found) {
    Object.assign(this, { page, words, found, stream: null, last: "", lastAt: 0 });
    this.view = page.querySelector("[data-attendance-camera]");
    this.video = page.querySelector("[data-attendance-video]");
    this.button = page.querySelector("[data-attendance-scan]");
    this.sorry = page.querySelector("[data-attendance-no-camera]");
    if (!navigator.mediaDevices?.getUserMedia) return this.refuse();
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.start().catch(() => this.refuse()));
    page.querySelector("[data-attendance-stop]").addEventListener("click", () => this.stop());
    document.addEventListener("visibilitychange", () => document.hidden && this.stop());
  }

  /** Say that there is no camera; typing and ticking are there. */
  refuse() {
    this.stop();
    this.sorry.textContent = this.words.no_camera;
    this.sorry.hidden = false;
  }

  async start() {
    this.sorry.hidden = true;
    const video = { facingMode: "environment", width: { ideal: 960 } };
    this.stream = await navigator.mediaDevices.getUserMedia({ video });
    this.video.srcObject = this.stream;
    this.view.hidden = false;
    this.button.hidden = true;
    await this.video.play();
    this.look(await reader(this.page.dataset.scanUrl));
  }

  stop() {
    for (const track of this.stream?.getTracks() || []) track.stop();
    this.stream = null;
    if (!this.view) return;
    this.video.srcObject = null;
    if (!this.view.hidden) this.button.hidden = false;
    this.view.hidden = true;
  }

  async look(read) {
    if (!this.stream) return;
    if (!this.view.isConnected) return this.stop();
    const code = await read(this.video).catch(() => "");
    const now = performance.now();
    if (code && (code !== this.last || now - this.lastAt > SAME_AGAIN)) this.found(code);
    if (code) [this.last, this.lastAt] = [code, now];
    setTimeout(() => this.look(read), EVERY);
  }
}

/** Return what reads a code from a picture of the camera, '' for none. */
async function reader(address) {
  const formats = "BarcodeDetector" in self ? await self.BarcodeDetector.getSupportedFormats().catch(() => []) : [];
  if (formats.includes("qr_code")) {
    const detector = new self.BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue || "";
  }
  await loaded(address);
  const canvas = document.createElement("canvas");
  return async (video) => {
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(video, 0, 0);
    return self.coopReadCode(context.getImageData(0, 0, canvas.width, canvas.height));
  };
}

function loaded(address) {
  if (self.coopReadCode) return Promise.resolve();
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });
}
