// What asks for a word: the address of a link, what a picture shows, what to find.
import type { Editor } from "@tiptap/core";
import { byId, type Words } from "./words";

/** Opens a dialog, and gives which button closed it. */
function ask(id: string): Promise<string> {
  const dialog = byId<HTMLDialogElement>(id);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue), { once: true }));
}

export async function askLink(editor: Editor): Promise<void> {
  const field = byId<HTMLInputElement>("link-address");
  field.value = String(editor.getAttributes("link").href ?? "");
  const answer = await ask("link-dialog");
  const chain = editor.chain().focus().extendMarkRange("link");
  if (answer === "unset") chain.unsetLink().run();
  if (answer !== "set" || !/^https?:\/\/\S/.test(field.value)) return;
  const href = field.value;
  if (!editor.state.selection.empty || editor.isActive("link")) return void chain.setLink({ href }).run();
  const text = { type: "text", text: href, marks: [{ type: "link", attrs: { href } }] };
  editor.chain().focus().insertContent(text).run();
}

export async function askAlt(editor: Editor): Promise<void> {
  if (!editor.isActive("picture")) return;
  const field = byId<HTMLInputElement>("alt-text");
  field.value = String(editor.getAttributes("picture").alt ?? "");
  if (await ask("alt-dialog") === "set") editor.chain().focus().updateAttributes("picture", { alt: field.value }).run();
}

/** Where the words stand, in the order of the text. */
function places(editor: Editor, words: string): [number, number][] {
  const found: [number, number][] = [];
  if (!words) return found;
  const wanted = words.toLowerCase();
  editor.state.doc.descendants((node, at) => {
    if (!node.isTextblock) return;
    // A picture or a line's end takes one place, as in the document.
    const text = node.textBetween(0, node.content.size, "\ufffc", "\ufffc").toLowerCase();
    for (let from = text.indexOf(wanted); from >= 0; from = text.indexOf(wanted, from + wanted.length)) {
      found.push([at + 1 + from, at + 1 + from + wanted.length]);
    }
  });
  return found;
}

export function wireFind(editor: Editor, words: Words): void {
  const field = byId<HTMLInputElement>("find-text");
  const count = byId("find-count");
  byId("find-next").addEventListener("click", () => {
    const found = places(editor, field.value);
    const next = Math.max(0, found.findIndex(([from]) => from >= editor.state.selection.to));
    const place = found[next];
    count.textContent = place ? words("found", { at: next + 1, count: found.length }) : words("found-none");
    if (place) editor.chain().setTextSelection({ from: place[0], to: place[1] }).scrollIntoView().run();
  });
  byId("find-replace").addEventListener("click", () => {
    const found = places(editor, field.value).reverse();
    const text = byId<HTMLInputElement>("find-new").value;
    editor.chain().command(({ tr }) => {
      for (const [from, to] of found) tr.insertText(text, from, to);
      return true;
    }).run();
    count.textContent = found.length ? words("found", { at: found.length, count: found.length }) : words("found-none");
  });
}

export async function askFind(editor: Editor): Promise<void> {
  await ask("find-dialog");
  editor.commands.focus();
}
