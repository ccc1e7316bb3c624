/* The list of learners: how many are ticked, and buttons that wait for the first tick. */

export function begin(root) {
  for (const form of root.querySelectorAll("form[data-choosing]")) {
    const told = form.querySelector("[data-chosen]");
    if (!told) continue;
    const buttons = form.querySelectorAll("button[name=deed]");
    const count = () => {
      const number = form.querySelectorAll("input[name=person]:checked").length;
      told.textContent = number ? `(${new Intl.NumberFormat(document.documentElement.lang).format(number)})` : "";
      for (const button of buttons) button.disabled = number === 0;
    };
    form.addEventListener("change", count);
    count();
  }
}
