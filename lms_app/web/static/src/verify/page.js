/* Shows an answer: the same head, the same three answers and the same paper as the page with a network. */
const GENUINE = { yes: "ok", no: "bad", cannot_tell: "ask" };
const BAD = new Set(["revoked", "key_compromised"]);
const FOREIGN = new Set(["unknown_key"]);
const RTL = new Set(["ar"]);

const element = (name, className, ...children) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
};
const icon = (tone) => document.querySelector(`template[data-icon=${tone}]`).content.cloneNode(true);
const toned = (made, tone) => {
  made.dataset.tone = tone;
  return made;
};

function isolated(text, language = "", dir = "auto") {
  const made = element("bdi", "", text);
  made.dir = language ? (RTL.has(language) ? "rtl" : "ltr") : dir;
  if (language) made.lang = language;
  return made;
}

/** Put the answer into its place in the page. */
export function show(place, answer, trust, words, language) {
  const [tone, title, text] = headline(answer, words);
  const day = (written, style) =>
    new Intl.DateTimeFormat(language === "ar" ? "ar-MA" : language, { dateStyle: style, timeZone: "UTC" }).format(new Date(written));
  const head = element("div", "vf-head", icon(tone), element("div", "", element("h2", "", title), element("p", "", text)));
  const three = element("dl", "vf-three", ...answers(answer, trust, words, day));
  const whole = toned(element("section", "vf-answer", head, three), tone);
  if (answer.facts) whole.append(paper(answer.facts, words, day));
  place.replaceChildren(whole);
}

function headline(answer, words) {
  if (answer.genuine === "no") return ["bad", words.say_forged, words.text_forged];
  if (answer.reasons.includes("key_compromised")) return ["bad", words.say_compromised, words.text_compromised];
  if (answer.genuine === "cannot_tell") {
    if (FOREIGN.has(answer.fault) || !answer.fault) return ["ask", words.say_foreign, words.text_foreign];
    return ["ask", words.say_unreadable, answer.fault === "not_sealed" ? words.text_not_sealed : words.text_unreadable];
  }
  if (answer.valid === "yes") return ["ok", words.say_valid, words.text_valid];
  if (answer.reasons.length) return [worst(answer.reasons), words[answer.reasons[0]], words.text_counts_not];
  return ["warn", words.say_genuine, words.text_genuine];
}

const worst = (reasons) => (reasons.some((reason) => BAD.has(reason)) ? "bad" : "warn");

function answers(answer, trust, words, day) {
  const genuine = { yes: [words.yes, ""], no: [words.no, words.does_not_fit], cannot_tell: [words.nobody, ""] }[answer.genuine];
  return [
    line(words.genuine, GENUINE[answer.genuine], ...genuine),
    validity(answer, trust, words, day),
    answer.issuer ? line(words.who, "ok", isolated(answer.issuer), "") : line(words.who, "ask", words.nobody, ""),
  ];
}

function validity(answer, trust, words, day) {
  const asOf = `${words.as_of} ${day(trust.as_of, "long")}`;
  if (answer.valid === "no") {
    return line(words.valid, worst(answer.reasons), words.no, `${answer.reasons.map((each) => words[each]).join(" · ")} – ${asOf}`);
  }
  if (answer.valid !== "yes") {
    const since = answer.unknownSince ? `${words.not_known_since} ${day(answer.unknownSince, "long")}` : "";
    return line(words.valid, "ask", words.not_known, since);
  }
  const until = answer.facts.validUntil ? `${words.until} ${day(answer.facts.validUntil, "long")}` : words.no_end;
  return line(words.valid, "ok", words.yes, `${until} ${asOf}`);
}

function line(question, tone, word, detail) {
  const said = element("dd", "", element("b", "", word));
  if (detail) said.append(" ", element("span", "", detail));
  return toned(element("div", "", icon(tone), element("dt", "", question), said), tone);
}

function paper(facts, words, day) {
  const whole = element("div", "vf-paper");
  whole.append(element("p", "tk-over", words[`kind_${facts.kind}`] ?? facts.kind));
  whole.append(element("p", "vf-names", ...facts.name.split(" · ").map((name) => isolated(name))));
  whole.append(element("p", "vf-title", isolated(facts.title, facts.language)));
  const rows = [[words.issued_on, day(facts.issuedOn, "long")]];
  if (facts.validUntil) rows.push([words.valid_until, day(facts.validUntil, "long")]);
  for (const [name, label] of [["hours", words.hours], ["place", words.place], ["cohort", words.cohort], ["number", words.number]]) {
    if (facts.record?.[name] !== undefined) rows.push([label, isolated(String(facts.record[name]))]);
  }
  rows.push([words.code, Object.assign(isolated(facts.code, "", "ltr"), { className: "tk-code" })]);
  const list = element("dl", "tk-facts");
  for (const [label, value] of rows) list.append(element("dt", "", label), element("dd", "", value));
  whole.append(list);
  return whole;
}
