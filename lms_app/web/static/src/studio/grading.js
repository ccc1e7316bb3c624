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
    for (const kind of form.querySelectorAll("[data-kind]")) {
      const weight = Math.max(0, value(`weight-${kind.dataset.kind}`));
      sum += weight;
      const share = form.elements[`share-${kind.dataset.kind}`];
      if (!share) continue;
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
    const named = letters(form, value).find((letter) => reached >= letter.from);
    gets.querySelector("[data-lettered]").textContent = named ? ` · ${named.name}` : "";
  };

  form.addEventListener("input", follow);
  follow();
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
