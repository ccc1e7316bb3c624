/* What surrounds blocks in Open edX: the globals that its pages offer and that its blocks call without asking, and marks for style sheets. */
import { words } from "./words.js";

/* Class names by which the style sheets of these types know their own elements: the platform writes them around. */
const CLASSES = { poll_question: "PollBlock", problem: "ProblemBlock", video: "VideoBlock", word_cloud: "WordCloudBlock" };

/** Mark the elements of Open edX's own blocks as its pages do. */
export function mark(root) {
  for (const [type, name] of Object.entries(CLASSES)) {
    for (const element of root.querySelectorAll(`.xblock[data-block-type="${type}"]`)) element.classList.add("xmodule_display", `xmodule_${name}`);
  }
}

/** Put them in place; `language` is that of the interface. */
export function offer(language) {
  offerWords(words[language] ?? {});
  window.Logger ??= { log() {}, listen() {}, bind() {} };
  window.onTouchBasedDevice ??= () => (matchMedia("(pointer: coarse)").matches ? navigator.userAgent.match(/iPhone|iPad|Android/i) ?? ["touch"] : null);
  window.SR ??= { readText: read, readTexts: (texts) => read(texts.join("\n")), readTextsAndFocus: (texts) => read(texts.join("\n")), clear: () => read("") };
  if (window.jQuery) offerCalls(window.jQuery);
}

function offerWords(catalogue) {
  const one = (text) => {
    const found = catalogue[text];
    return Array.isArray(found) ? found[0] : found || text;
  };
  window.gettext ??= one;
  window.ngettext ??= (single, plural, count) => {
    const found = catalogue[single];
    if (!Array.isArray(found)) return count === 1 ? single : plural;
    return found[Math.min(pluralOf(document.documentElement.lang, count), found.length - 1)];
  };
  window.pgettext ??= (_context, text) => one(text);
  window.interpolate ??= (text, values, named) =>
    named
      ? text.replace(/%\(\w+\)s/g, (match) => String(values[match.slice(2, -2)]))
      : ((rest) => text.replace(/%s/g, () => String(rest.shift())))([...values]);
}

/** Return which form of a noun goes with a number, counted as gettext's catalogues do for the language. */
function pluralOf(language, count) {
  if (language === "fr") return count > 1 ? 1 : 0;
  if (language !== "ar") return count === 1 ? 0 : 1;
  if (!Number.isInteger(Number(count))) return 5;
  if (count < 3) return Number(count);
  const rest = count % 100;
  return rest >= 3 && rest <= 10 ? 3 : rest >= 11 ? 4 : 5;
}

function offerCalls($) {
  // The platform puts the address of its installation before these; here it is the frame's own host.
  $.ajaxWithPrefix ??= $.ajax;
  $.postWithPrefix ??= $.post;
  $.getWithPrefix ??= $.get;
}

let region = null;

/** Say something to those who hear the page. */
function read(text) {
  region ??= document.body.appendChild(Object.assign(document.createElement("div"), { className: "tk-hidden sr-region" }));
  region.setAttribute("aria-live", "polite");
  region.textContent = text;
}
