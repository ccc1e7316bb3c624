/* What script adds to the page for checking: the camera, and a file that is dropped. Without it, everything works by hand. */
import { hasCamera, scan } from "./verify/camera.js";

const box = document.querySelector("[data-scanner]");

if (box && hasCamera()) {
  const [start, stopButton] = [box.querySelector("[data-scan]"), box.querySelector("[data-stop]")];
  const [panel, video, say] = [box.querySelector(".vf-camera"), box.querySelector("video"), box.querySelector("[role=status]")];
  let stop = null;
  const close = () => {
    stop?.();
    stop = null;
    panel.hidden = true;
    start.hidden = false;
  };
  box.hidden = false;
  start.addEventListener("click", async () => {
    start.hidden = true;
    panel.hidden = false;
    say.textContent = box.dataset.starting;
    try {
      stop = await scan(video, box.dataset.decoder, opened);
      say.textContent = box.dataset.looking;
    } catch {
      close();
      panel.hidden = false;
      say.textContent = box.dataset.refused;
    }
  });
  stopButton.addEventListener("click", close);

  /** Open the answer to what was scanned: only the last part of the address counts, and this site answers, whatever host it names. */
  function opened(text) {
    const said = text.trim().replace(/[/?#]+$/, "").split("/").pop();
    if (!/^[A-Za-z0-9-]{8,600}$/.test(said)) {
      say.textContent = box.dataset.strange;
      return false;
    }
    location.assign(`/v/${said}`);
    return true;
  }
}

for (const drop of document.querySelectorAll("[data-drop]")) {
  const input = drop.querySelector("input[type=file]");
  for (const kind of ["dragover", "dragenter"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("vf-over");
    });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("vf-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("vf-over");
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.form.requestSubmit();
  });
}
