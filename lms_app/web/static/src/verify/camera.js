/* Scanning a QR code with the camera: by the browser's own reader where it has one, else by one that is loaded then. */
const EVERY = 250;

export const hasCamera = () => Boolean(navigator.mediaDevices?.getUserMedia);

/** Show the camera in `video` until `found(text)` returns true or `stop()` is called; `refused()` where there is no camera. */
export async function scan(video, decoderAddress, found) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
  let isOn = true;
  const stop = () => {
    isOn = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  video.srcObject = stream;
  await video.play();
  const read = await readerOf(decoderAddress);
  const look = async () => {
    if (!isOn) return;
    const text = await read(video).catch(() => "");
    if (text && found(text)) stop();
    else setTimeout(look, EVERY);
  };
  look();
  return stop;
}

async function readerOf(decoderAddress) {
  const formats = "BarcodeDetector" in self ? await self.BarcodeDetector.getSupportedFormats().catch(() => []) : [];
  if (formats.includes("qr_code")) {
    const detector = new self.BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? "";
  }
  await loaded(decoderAddress);
  const canvas = document.createElement("canvas");
  return async (video) => {
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(video, 0, 0);
    return self.takwinReadQR(context.getImageData(0, 0, canvas.width, canvas.height));
  };
}

function loaded(address) {
  if (self.takwinReadQR) return Promise.resolve();
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });
}
