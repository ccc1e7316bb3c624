/* A tick on a part takes the parts below it along; what would be published is said in words beside the button. */

const ORDER = ["course", "chapter", "lesson", "unit", "block"];
const plurals = new Intl.PluralRules(document.documentElement.lang || "en");

/** Start the publishing forms below `root`. */
export function begin(root) {
  for (const form of root.querySelectorAll("form[data-publish]")) start(form);
}

function start(form) {
  const said = form.querySelector("[data-ticked]");
  const only = form.querySelector("button[value=parts]");
  const boxes = [...form.querySelectorAll("input[name=part]")];
  const words = JSON.parse(said.dataset.words);
  const above = (box) => boxes.find((one) => one.value === box.dataset.under);
  const below = (box) => boxes.filter((one) => one.dataset.under === box.value);

  const takeAlong = (box) => {
    for (const one of below(box)) {
      one.checked = box.checked;
      takeAlong(one);
    }
  };
  const letGo = (box) => {
    for (let one = above(box); one; one = above(one)) one.checked = false;
  };
  const tell = () => {
    const ticked = boxes.filter((box) => box.checked);
    // A part whose own tick is off while something below it goes says so by its dash.
    for (const box of [...boxes].reverse()) {
      box.indeterminate = !box.checked && below(box).some((one) => one.checked || one.indeterminate);
    }
    const count = Object.fromEntries(ORDER.map((kind) => [kind, 0]));
    for (const box of ticked) {
      count[box.dataset.kind] += 1;
      count.block += Number(box.dataset.blocks);
    }
    const parts = ORDER.filter((kind) => count[kind]).map((kind) => inWords(words[kind], count[kind]));
    said.textContent = parts.length ? said.dataset.says.replace("{parts}", parts.join(said.dataset.between)) : "";
    only.disabled = ticked.length === 0;
  };

  form.addEventListener("change", ({ target }) => {
    if (!boxes.includes(target)) return;
    takeAlong(target);
    if (!target.checked) letGo(target);
    tell();
  });
  addEventListener("pageshow", tell);
  tell();
}

/* The words for a number are those of the sample that has its plural form. */
function inWords(samples, number) {
  const form = plurals.select(number);
  const [sample, words] =
    samples.find(([one]) => one === number) ?? samples.find(([one]) => plurals.select(one) === form) ?? samples[samples.length - 1];
  return words.replace(String(sample), String(number));
}
