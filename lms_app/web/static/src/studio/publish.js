/* Says how many parts are ticked; a part inside another one that is ticked goes with it. */

/** Start the publishing forms below `root`. */
export function begin(root) {
  for (const form of root.querySelectorAll("form[data-publish]")) {
    const said = form.querySelector("[data-ticked]");
    const only = form.querySelector("button[value=parts]");
    const count = () => {
      const ticked = form.querySelectorAll("input[name=part]:checked").length;
      said.textContent = ticked === 0 ? "" : ticked === 1 ? said.dataset.one : said.dataset.many.replace("{count}", ticked);
      only.disabled = ticked === 0;
    };
    form.addEventListener("change", count);
    addEventListener("pageshow", count);
    count();
  }
}
