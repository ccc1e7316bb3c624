/* MathJax 2.7, served by ourselves, loaded only where something is to be set: it is larger than all the rest of a frame. */
const MATHS = /\\\(|\\\[|(<|&lt;|\\u003c)math\b|\[mathjax|formulaequationinput|text-input-dynamath|hint-button/;

let loading = null;

/** Return whether the text has formulas, or inputs that show one (capa's hint button too counts on MathJax). */
export function hasMaths(text) {
  return MATHS.test(text);
}

/** Load MathJax once; if that fails there is none, since blocks take half a MathJax for a whole one. */
export function loadMaths(address) {
  loading ??= new Promise((done) => {
    window.MathJax = {
      skipStartupTypeset: true,
      showMathMenu: false,
      messageStyle: "none",
      tex2jax: {
        inlineMath: [["\\(", "\\)"], ["[mathjaxinline]", "[/mathjaxinline]"]],
        displayMath: [["\\[", "\\]"], ["[mathjax]", "[/mathjax]"]],
      },
      AuthorInit: () => window.MathJax.Hub.Register.StartupHook("End", done),
    };
    const script = document.createElement("script");
    script.src = `${address}?config=TeX-MML-AM_SVG`;
    script.onerror = () => {
      window.MathJax = undefined;
      done();
    };
    document.head.append(script);
  });
  return loading;
}

/** Set the formulas inside an element. */
export function typeset(element) {
  window.MathJax?.Hub?.Queue(["Typeset", window.MathJax.Hub, element]);
}
