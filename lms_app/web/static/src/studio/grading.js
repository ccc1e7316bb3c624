/* The page of the grading: the sum of the weights and the example follow what is typed. The server reckons the same (`worked_out`). */

const ARABIC = /[٠-٩۰-۹]/g;

/** A figure as people type it: in any digits, with a comma or a point. */
export function figure(text) {
  const plain = text
    .replace(ARABIC, (sign) => String(sign.charCodeAt(0) & 0xf))
    .replace("٫", ".")
    .replace(",", ".")
    .trim();
  const value = plain === "" ? 0 : Number(plain);
  return Number.isFinite(value) ? value : 0;
}

export function begin(root) {
  for (const form of root.querySelectorAll("form[data-grading]")) start(form);
}

function start(form) {
  const language = document.documentElement.lang;
  const locale = language === "ar" ? "ar-MA" : language;
  const said = (value, most = 2) => new Intl.NumberFormat(locale, { maximumFractionDigits: most }).format(value);
  const percent = (value) => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(value / 100);
  const value = (name) => figure(form.elements[name]?.value ?? "");

  const follow = () => {
    let whole = 0;
    let grade = 0;
    let sum = 0;
    const kinds = [...form.querySelectorAll("[data-kind]")].map((kind) => kind.dataset.kind);
    const named = kinds.filter((number) => nameKind(form, number));
    const all = form.querySelector('[data-share="all"]');
    if (all) all.hidden = named.length > 0;
    for (const number of kinds) sum += Math.max(0, value(`weight-${number}`));
    for (const number of named.length ? named : ["all"]) {
      const share = form.elements[`share-${number}`];
      if (!share) continue;
      const weight = number === "all" ? 100 : Math.max(0, value(`weight-${number}`));
      whole += weight;
      grade += weight * Number(share.value);
      share.nextElementSibling.textContent = percent(Number(share.value));
    }
    tellTotal(form.querySelector("[data-total]"), sum, said);
    const gets = form.querySelector("[data-gets]");
    if (!gets) return;
    const reached = whole > 0 ? Math.round((grade / whole) * 1e6) / 1e6 : 0;
    const passes = reached >= value("pass_mark") && whole > 0;
    gets.querySelector("[data-grade]").textContent = percent(reached);
    const verdict = gets.querySelector("[data-verdict]");
    verdict.textContent = passes ? gets.dataset.passes : gets.dataset.fails;
    verdict.dataset.passed = passes ? "yes" : "no";
    const letter = letters(form, value).find((one) => reached >= one.from);
    gets.querySelector("[data-lettered]").textContent = letter ? ` · ${letter.name}` : "";
  };

  form.addEventListener("input", follow);
  follow();
}

/** Carry a kind's name to the lessons and to the example; tell whether it has one. */
function nameKind(form, number) {
  const name = form.elements[`name-${number}`].value.trim();
  for (const list of form.querySelectorAll("[data-counts-as]")) {
    const option = [...list.options].find((one) => one.value === `#${number}`);
    const shown = name || list.dataset.unnamed;
    if (option && option.textContent !== shown) option.textContent = shown;
  }
  const slider = form.querySelector(`[data-share="${number}"]`);
  if (slider) {
    slider.hidden = name === "";
    slider.querySelector("label bdi").textContent = name;
  }
  return name !== "";
}

function tellTotal(place, sum, said) {
  if (!place) return;
  const left = Math.round((100 - sum) * 100) / 100;
  const words = Math.abs(left) <= 0.1 ? place.dataset.whole : left > 0 ? place.dataset.more : place.dataset.less;
  const told = words.replace("@", said(Math.abs(left)));
  place.toggleAttribute("data-wrong", Math.abs(left) > 0.1);
  if (place.textContent !== told) place.textContent = told; // said once, not at every key
}

function letters(form, value) {
  return [...form.elements]
    .filter((one) => /^letter-\d+$/.test(one.name) && one.value.trim())
    .map((one) => ({ name: one.value.trim(), from: value(one.name.replace("letter", "from")) }))
    .sort((one, two) => two.from - one.from);
}
