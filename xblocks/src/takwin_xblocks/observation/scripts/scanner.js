/* Read a personal code with the camera, where the browser can: elsewhere it is typed. */
const EVERY = 250; // ms between two looks

export class Scanner {
  constructor(button, video, found) {
    Object.assign(this, { button, video, found, stream: null });
    if (!("BarcodeDetector" in self) || !navigator.mediaDevices?.getUserMedia) return;
    button.hidden = false;
    button.addEventListener("click", () => (this.stream ? this.stop() : this.start().catch(() => this.stop())));
    document.addEventListener("visibilitychange", () => document.hidden && this.stop());
  }

  async start() {
    const reader = new self.BarcodeDetector({ formats: ["qr_code"] });
    this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    this.video.srcObject = this.stream;
    this.video.hidden = false;
    await this.video.play();
    this.look(reader);
  }

  async look(reader) {
    if (!this.stream || !this.video.isConnected) return this.stop();
    const [first] = await reader.detect(this.video).catch(() => []);
    if (!first) return void setTimeout(() => this.look(reader), EVERY);
    this.stop();
    this.found(first.rawValue);
  }

  stop() {
    for (const track of this.stream?.getTracks() || []) track.stop();
    this.stream = null;
    this.video.hidden = true;
  }
}
