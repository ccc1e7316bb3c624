"""What happens in the page when somebody fills a form, sorts cards or puts steps in order: scripts for the walks through courses."""

FILL = """(form, given) => {
  for (const [question, answer] of Object.entries(given)) {
    const inputs = [...form.querySelectorAll(`[name="answer-${CSS.escape(question)}"]`)];
    if (!inputs.length) throw new Error(`no field for ${question}`);
    for (const input of inputs) {
      if (input.type === "radio" || input.type === "checkbox") {
        const wanted = [answer].flat().includes(input.value);
        if (input.checked !== wanted && (wanted || input.type === "checkbox")) input.click();
      } else {
        input.value = answer;
        input.dispatchEvent(new Event("input", { bubbles: true }));
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }
  }
}"""

PLACE = """(root, goes) => {
  const squeezed = (text) => text.replace(/\\s+/g, " ").trim();
  const named = (place) => {
    const name = place.querySelector("[data-name]"), picture = name.querySelector("img");
    return squeezed(name.textContent) || squeezed(picture ? picture.alt : "");
  };
  const places = Object.fromEntries([...root.querySelectorAll("li[data-place]")]
    .map((one) => [one.dataset.place === "none" ? "" : named(one), one]));
  for (const item of [...root.querySelectorAll("[data-item]")]) {
    const name = item.querySelector("[data-text]").dataset.name;
    if (!(name in goes)) throw new Error(`an item of another course: ${name}`);
    const place = places[goes[name]];
    if (!place) throw new Error(`no place ${goes[name]} among ${Object.keys(places)}`);
    item.querySelector("[data-pick]").click();
    place.querySelector(".coop-match__put").click();
  }
}"""

ARRANGE = """(root, [steps, strangers]) => {
  const squeezed = (text) => text.replace(/\\s+/g, " ").trim();
  const find = (text) => {
    const found = [...root.querySelectorAll("[data-item]")].find((one) => squeezed(one.querySelector("[data-text]").textContent) === text);
    if (!found) throw new Error(`no step ${text}`);
    return found;
  };
  for (const text of strangers) find(text).querySelector("[data-move=out]").click();
  const place = (item) => [...item.parentNode.children].indexOf(item);
  steps.forEach((text, wanted) => {
    for (let left = steps.length + strangers.length; place(find(text)) > wanted && left; left -= 1) {
      find(text).querySelector("[data-move=up]").click();
    }
  });
  // Where they stood right by chance, one step there and back says so.
  const first = find(steps[0]).querySelector("[data-move=down]");
  first.click();
  find(steps[0]).querySelector("[data-move=up]").click();
}"""
