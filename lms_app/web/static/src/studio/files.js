/* Choosing a file: a button in the reader's language and the name of what was chosen, in the place of the browser's own control. */
const words = () => document.querySelector("template[data-keep-words]")?.dataset;

export function begin(root) {
  const said = words();
  if (!said?.chooseFile) return;
  for (const input of root.querySelectorAll('input.tk-input[type="file"][id]')) dress(input, said);
}

function dress(input, said) {
  const place = document.createElement("span");
  const button = document.createElement("label");
  const name = document.createElement("bdi");
  place.className = "st-file";
  button.className = "tk-button tk-button--secondary";
  button.htmlFor = input.id;
  button.textContent = input.multiple ? said.chooseFiles : said.chooseFile;
  name.className = "st-file-name";
  name.setAttribute("role", "status");
  place.append(button, name);
  input.classList.replace("tk-input", "tk-hidden");
  input.after(place);
  const tell = () => (name.textContent = [...input.files].map((one) => one.name).join(", ") || said.noFile);
  input.addEventListener("change", tell);
  input.form?.addEventListener("reset", () => setTimeout(tell));
  place.addEventListener("dragover", (event) => event.preventDefault());
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length || (!input.multiple && event.dataTransfer.files.length > 1)) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  tell();
}
