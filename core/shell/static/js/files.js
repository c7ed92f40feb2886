// Files chosen or dropped are listed, pictures shown, too large ones left out before they travel. On a record they are
// sent one by one, so that a broken connection costs one file at most; without scripts the form sends them all at once.
// What the server refuses it says on the page that comes back.

import "./pictures.js";
import { fill, icon, make, say } from "./words.js";

const size = (bytes) => (bytes >= 1048576 ? `${(bytes / 1048576).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`);

function startOne(input) {
  const box = input.closest("form, .at-field");
  const place = (input.closest(".at-field") ?? box).querySelector("[data-chosen]");
  const button = box.querySelector("[data-upload-send]");
  const most = Number(box.dataset.maxBytes ?? 0);
  let files = [];

  const put = () => {
    const carrier = new DataTransfer();
    for (const file of files) carrier.items.add(file);
    input.files = carrier.files;
    show();
  };

  function line(file) {
    const remove = make("button", { type: "button", class: "at-icon-btn s", "aria-label": fill(say("remove"), { name: file.name }) }, icon("x", "icon-s"));
    remove.addEventListener("click", () => { files = files.filter((one) => one !== file); put(); });
    let face = icon("file-text");
    if (file.type.startsWith("image/")) {
      face = make("img", { class: "at-thumb-img", alt: "" });
      face.src = URL.createObjectURL(file);
      face.addEventListener("load", () => URL.revokeObjectURL(face.src), { once: true });
    }
    return make("li", {}, face, make("span", { class: "grow ellipsis" }, file.name), make("span", { class: "muted tiny nowrap" }, size(file.size)), remove);
  }

  function show(refused = []) {
    place.replaceChildren(...files.map(line), ...refused.map((file) => make("li", { class: "at-err", role: "alert" }, fill(say("tooLarge"), { name: file.name }))));
    if (button) button.hidden = files.length === 0;
  }

  function add(list) {
    const fitting = [...list].filter((file) => !most || file.size <= most);
    const refused = [...list].filter((file) => most && file.size > most);
    files = input.multiple ? [...files, ...fitting] : fitting.slice(-1);
    put();
    show(refused);
  }

  async function send(event) {
    event.preventDefault();
    if (!files.length || box.hasAttribute("aria-busy")) return;
    const all = files.length;
    box.setAttribute("aria-busy", "true");
    try {
      while (files.length) {
        tell(fill(say("sending"), { n: all - files.length + 1, all }), "muted");
        await sendOne(box, input.name, files[0]);
        files.shift();
      }
      location.reload();
    } catch {
      const sent = all - files.length;
      put();
      tell(fill(say("sendingFailed"), { n: sent, all }), "at-err");
      box.removeAttribute("aria-busy");
    }
  }

  function tell(text, css) {
    place.querySelector("[data-told]")?.remove();
    place.append(make("li", { class: css, role: "status", "data-told": true }, text));
  }

  if (box.matches("form[data-upload]")) box.addEventListener("submit", send);
  input.addEventListener("change", () => add(input.files));
  const target = input.closest("label");
  target.addEventListener("dragover", (event) => { event.preventDefault(); target.classList.add("over"); });
  target.addEventListener("dragleave", () => target.classList.remove("over"));
  target.addEventListener("drop", (event) => {
    event.preventDefault();
    target.classList.remove("over");
    add(event.dataTransfer.files);
  });
  show();
}

/** Send one file with the form's hidden fields; the server answers a form with the way back to its page. */
async function sendOne(form, name, file) {
  const body = new FormData();
  for (const field of form.querySelectorAll("input[type=hidden]")) body.append(field.name, field.value);
  body.append("quiet", "1");
  body.append(name, file);
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
  if (answer.type !== "opaqueredirect") throw new Error(String(answer.status));
}

/** Start the file inputs within `root`. */
export function startFiles(root) {
  for (const input of root.querySelectorAll("input[type=file]")) {
    if (input.dataset.started) continue;
    input.dataset.started = "yes";
    startOne(input);
  }
}
