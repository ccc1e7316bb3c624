/* The card, and the trainer's phone in the hall: every check-in is kept on the phone first, and its author sees at once what it is. */
import { headers, say, start } from "../../contract/scripts/block.js";
import { queue } from "../../contract/scripts/queue.js";
import { Camera } from "./camera.js";
import { Hall } from "./hall.js";

const cameras = new WeakMap(); // root → what the camera shows; it must end before the page's inside is replaced

function enhance(root) {
  cameras.get(root)?.stop();
  for (const button of root.querySelectorAll("[data-attendance-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  localTimes(root);
  for (const form of root.querySelectorAll("[data-attendance-csv]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      download(form).catch(() => say(root, root.dataset.offline, true));
    });
  }
  const page = root.querySelector("[data-attendance-field]");
  const kept = page && queue(root);
  if (!kept) return;
  const hall = new Hall(root, page, kept);
  cameras.set(root, new Camera(page, hall.words, (code) => hall.note({ code, how: "scan" })));
}

/** Fetch the register as a file, and hand it over as any download. */
async function download(form) {
  const body = new URLSearchParams(new FormData(form));
  const response = await fetch(form.getAttribute("action"), { method: "POST", body, headers: headers(form), credentials: "same-origin" });
  if (!response.ok) throw new TypeError("no file");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = "attendance.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Write moments in the hour of the place where the page is read. */
function localTimes(root) {
  const two = (number) => String(number).padStart(2, "0");
  for (const time of root.querySelectorAll("time[data-attendance-time]")) {
    const when = new Date(time.dateTime);
    if (!Number.isNaN(when.valueOf())) time.querySelector("bdi").textContent = `${two(when.getDate())}/${two(when.getMonth() + 1)} ${two(when.getHours())}:${two(when.getMinutes())}`;
  }
}

start("CoopAttendance", "attendance", enhance);
