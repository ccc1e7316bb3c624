/* Below a field of a day and an hour, what is chosen in words: the browser shows it in its own language, not in the page's. */

export function begin(root) {
  const language = document.documentElement.lang;
  const locale = language === "ar" ? "ar-MA" : language;
  const words = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" });
  const hour = new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone: "UTC" });
  for (const told of root.querySelectorAll("[data-in-words]")) {
    const field = root.querySelector(`#${told.dataset.inWords}`);
    field.addEventListener("input", () => {
      const when = new Date(`${field.value}Z`); // only to be written: it is told as it was chosen, whatever clock this is
      told.textContent = Number.isNaN(when.getTime()) ? "" : `${words.format(when)} · ${hour.format(when)} · ${told.dataset.clocks}`;
    });
  }
}
