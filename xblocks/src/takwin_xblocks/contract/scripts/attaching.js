/* What photos and recordings share: a file made here takes its place in the form's own field, so that every way to send finds it. */

/** Put a file into a file field, or nothing. Who sends later (the queue) finds it in `coopFiles` where the field will not take it. */
export function attach(input, file) {
  input.coopFiles = file ? [file] : undefined;
  if (!file) {
    input.value = "";
    return;
  }
  try {
    const carrier = new DataTransfer();
    carrier.items.add(file);
    input.files = carrier.files;
  } catch {
    /* an old browser: the form keeps what was chosen */
  }
}

/** Return words with their places filled. */
export function filled(words, given) {
  return (words || "").replace(/\{(\w+)\}/g, (whole, name) => (name in given ? given[name] : whole));
}

/** Return a size as people read it. */
export function sizeWords(box, bytes) {
  return filled(box.dataset.kb, { size: Math.max(1, Math.round(bytes / 1024)) });
}

/** Return the name of a file with another ending. */
export function named(name, type) {
  const ending = { "image/webp": "webp", "image/jpeg": "jpg", "audio/webm": "webm", "audio/mp4": "m4a", "audio/ogg": "ogg" }[type];
  return `${name.replace(/\.[^.]*$/, "") || "file"}.${ending}`;
}
