// The page an article is written on. The form works without this: its textarea holds the HTML, which this shows as a page.
import { Editor } from "@tiptap/core";
import { inward, outward, Sheet } from "./css";
import { askAlt, askFind, askLink, wireFind } from "./dialogs";
import { clean } from "./paste";
import { picturesOf, tell, Uploads } from "./pictures";
import { Saver } from "./saving";
import { schema } from "./schema";
import { toolbar } from "./tools";
import { byId, words as wordsOf } from "./words";

const form = byId<HTMLFormElement>("write");
const source = byId<HTMLTextAreaElement>("content");
const words = wordsOf(form);
const frozen = "frozen" in form.dataset;
const sheet = new Sheet();
const saver = new Saver(form, words);
const uploads = new Uploads(form, words);
let last = "";

const mount = document.createElement("div");
source.after(mount);
source.hidden = true;
byId("content-label").removeAttribute("for");

const editor = new Editor({
  element: mount,
  injectCSS: false,
  editable: !frozen,
  extensions: schema,
  content: inward(source.value.trim()),
  editorProps: {
    attributes: { class: "editor-page article-body", id: "page", role: "textbox", "aria-multiline": "true", "aria-label": words("page") },
    transformPastedHTML(html) {
      const { html: plain, remote } = clean(html);
      if (remote) tell(words("remote", { count: remote }));
      return plain;
    },
    handlePaste: (_, event) => {
      const files = picturesOf(event.clipboardData?.files);
      // A program that copies text brings a picture of it along.
      if (!files.length || event.clipboardData?.getData("text/html")) return false;
      void uploads.insert(editor, files);
      return true;
    },
    handleDrop: (view, event, _, moved) => {
      const files = picturesOf(event.dataTransfer?.files);
      if (moved || !files.length) return false;
      event.preventDefault();
      void uploads.insert(editor, files, view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos);
      return true;
    },
  },
  onCreate: ({ editor: made }) => {
    last = output(made);
    look(made);
  },
  onUpdate: ({ editor: changed }) => {
    const now = output(changed);
    if (now === last) return;
    last = now;
    source.value = now;
    look(changed);
    saver.changed();
  },
});

/** The page as HTML, without the line that the editor keeps beneath the last table or picture. */
function output(of: Editor): string {
  return of.isEmpty ? "" : outward(of.getHTML()).replace(/(<p><\/p>)+$/, "");
}

/** What follows from the text: its styles and its length. */
function look(shown: Editor): void {
  shown.state.doc.descendants((node) => {
    sheet.learn(node.attrs.css);
    node.marks.forEach((mark) => sheet.learn(mark.attrs.css));
  });
  const text = shown.state.doc.textBetween(0, shown.state.doc.content.size, " ").replace(/\s+/g, " ").trim();
  byId("word-count").textContent = words("words", { count: [...text].length, most: form.dataset.mostWords ?? "" });
}

toolbar(editor, {
  link: () => void askLink(editor),
  alt: () => void askAlt(editor),
  find: () => void askFind(editor),
  image: () => byId("picture-file").click(),
});
wireFind(editor, words);
const chooser = byId<HTMLInputElement>("picture-file");
for (const kind of ["input", "change"]) chooser.addEventListener(kind, (event) => event.stopPropagation());
chooser.addEventListener("change", () => {
  void uploads.insert(editor, picturesOf(chooser.files)).then(() => { chooser.value = ""; });
});

/** Counters beside the lines. */
for (const field of form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("[data-most]")) {
  const count = () => {
    const shown = byId(`${field.name}-count`);
    const [length, most] = [[...field.value.trim()].length, Number(field.dataset.most)];
    shown.textContent = `${length}/${most}`;
    shown.classList.toggle("is-over", length > most);
  };
  field.addEventListener("input", count);
  // What was typed before this ran counts as well.
  count();
}

/** A picture dropped on the cover is sent, and cut on the next page. */
const cover = document.getElementById("cover");
cover?.addEventListener("dragover", (event) => event.preventDefault());
cover?.addEventListener("drop", (event) => {
  const [file] = picturesOf(event.dataTransfer?.files);
  if (!file || frozen) return;
  event.preventDefault();
  void uploads.send(file).then(async (stored) => {
    if (stored && await saver.save()) location.href = `${form.dataset.cover ?? ""}?picture=${stored.key}#crop`;
  });
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void saver.save("saved");
});
// On the form, not the page: in here these keys mean what editors know, whatever they mean elsewhere.
form.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === "s") void saver.save("saved");
  else if (key === "k" && editor.isFocused) void askLink(editor);
  else if (key === "f" && editor.isFocused) void askFind(editor);
  else return;
  event.preventDefault();
  event.stopPropagation();
});

/** What leads away waits until all is saved. */
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-after-save], .crumbs a") : null;
  if (!link || !saver.isDirty || !saver.active || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  void saver.save().then((saved) => { if (saved) location.href = link.href; });
});
document.querySelector(".editor-issue")?.addEventListener("submit", (event) => {
  if (!saver.isDirty || !saver.active || !(event instanceof SubmitEvent) || !(event.target instanceof HTMLFormElement)) return;
  const [other, by] = [event.target, event.submitter];
  event.preventDefault();
  void saver.save().then((saved) => { if (saved) other.requestSubmit(by); });
});

/** Whose turn it is, as the server says every few seconds. */
byId("here").addEventListener("htmx:afterSwap", () => {
  const writes = document.querySelector<HTMLElement>(".editor-here")?.dataset.writes === "true";
  if (frozen || writes === saver.active && writes === editor.isEditable) return;
  if (!writes && saver.active) void saver.save();
  if (writes && !saver.active && document.querySelector("#trouble .is-bad")) return;
  saver.active = writes;
  editor.setEditable(writes, false);
  document.querySelector(".editor")?.classList.toggle("is-reading", !writes);
  for (const field of form.querySelectorAll<HTMLInputElement>("input[type=text], input[type=url], textarea")) field.readOnly = !writes;
  for (const field of form.querySelectorAll<HTMLButtonElement>("button, input[type=radio], input[type=checkbox], select")) field.disabled = !writes;
});

saver.offer((fields) => {
  for (const [name, value] of Object.entries(fields)) {
    const field = form.elements.namedItem(name);
    const isText = field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && /^(text|url)$/.test(field.type));
    if (isText && name !== "content") field.value = value;
  }
  editor.commands.setContent(inward(fields.content ?? ""), { emitUpdate: true });
});
