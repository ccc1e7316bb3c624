/* What is filled in, said in a sentence: the server says it, and the parts of the page that hold it are put in anew. */

const PAUSE = 600;

export function begin(root) {
  for (const form of root.querySelectorAll("form[data-live]")) {
    let waiting = 0;
    let asked = 0;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        asked += 1;
        await refresh(form, asked, () => asked);
      }, PAUSE);
    });
  }
}

async function refresh(form, number, newest) {
  const sent = new FormData(form);
  sent.set("more", "-"); // a button that only shows what would be
  try {
    const answer = await fetch(form.action, { method: "POST", body: sent, credentials: "same-origin" });
    if (!answer.ok || number !== newest()) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const place of form.querySelectorAll("[data-live-part]")) {
      const told = page.getElementById(place.id)?.textContent ?? "";
      if (place.textContent !== told) place.textContent = told;
    }
  } catch {
    // without network the sentence comes with saving
  }
}
