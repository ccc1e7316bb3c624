/* Scripts of a block, each when the one before has run: packages share global names, and the last to speak is the one that starts. */

/** Run the scripts in order: `{url}` or `{text}`, as if they stood in the page. A file that can't be had is passed over. */
export async function run(scripts) {
  for (const script of scripts) await runOne(script);
}

function runOne({ url, text }) {
  const element = document.createElement("script");
  if (text !== undefined) {
    element.text = text;
    document.head.append(element);
    return undefined;
  }
  element.src = url;
  element.async = false;
  return new Promise((done) => {
    element.onload = done;
    element.onerror = () => {
      console.warn(`a block's script can't be had: ${url}`);
      done();
    };
    document.head.append(element);
  });
}
