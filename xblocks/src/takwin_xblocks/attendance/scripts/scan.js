/* Reads QR codes where the browser cannot; loaded only once a camera is used. */
import decodeQR from "qr/decode.js";

self.coopReadCode = (image) => {
  try {
    return decodeQR(image);
  } catch {
    return "";
  }
};
