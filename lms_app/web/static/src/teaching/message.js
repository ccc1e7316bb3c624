/* A message that is still changed by hand: its links carry what stands in the field at that moment. */

/** Begin on the form of a message. */
export function beginMessage(form) {
  const text = form.querySelector("textarea");
  const follow = () => {
    for (const link of form.querySelectorAll("a[data-carries]")) {
      link.href = link.dataset.carries + encodeURIComponent(text.value);
    }
  };
  text.addEventListener("input", follow);
  follow();
  offer(form.querySelector("[data-copy]"), navigator.clipboard, async () => {
    await navigator.clipboard.writeText(text.value);
    form.querySelector("[data-said]").textContent = form.querySelector("[data-copy]").dataset.done;
  });
  offer(form.querySelector("[data-share]"), navigator.share, () => navigator.share({ text: text.value }).catch(() => {}));
}

function offer(button, isThere, act) {
  if (!button || !isThere) return;
  button.hidden = false;
  button.addEventListener("click", act);
}
