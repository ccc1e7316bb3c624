/* Reads QR codes where the browser can't; loaded only when a camera is really used. */
import decodeQR from "qr/decode.js";

self.takwinReadQR = (image) => {
  try {
    return decodeQR(image);
  } catch {
    return "";
  }
};
