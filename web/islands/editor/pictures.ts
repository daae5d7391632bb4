// Pictures from this device: dropped, pasted or chosen. They are sent to the account's media, one after the other.
import type { Editor } from "@tiptap/core";
import { byId, type Words } from "./words";

interface Stored { key: string; src: string; width: number; height: number }

const TAKEN = /^image\/(png|jpeg|gif|webp)$/;

/** The pictures among files. */
export function picturesOf(files: FileList | null | undefined): File[] {
  return [...(files ?? [])].filter((file) => TAKEN.test(file.type));
}

export class Uploads {
  constructor(readonly form: HTMLFormElement, readonly words: Words) {}

  /** Sends pictures and puts them in where `at` says, or at the cursor. */
  async insert(editor: Editor, files: File[], at?: number): Promise<void> {
    let place = at;
    for (const file of files) {
      const stored = await this.send(file);
      if (!stored) continue;
      const attrs = { src: stored.src, alt: "", width: String(stored.width).slice(0, 4), height: String(stored.height).slice(0, 4) };
      const position = Math.min(place ?? editor.state.selection.from, editor.state.doc.content.size);
      editor.chain().focus().insertContentAt(position, { type: "picture", attrs }).run();
      place = editor.state.selection.to;
    }
  }

  /** Sends one; nothing where it was refused, which is said. */
  async send(file: File): Promise<Stored | null> {
    const body = new FormData();
    body.set("csrf", String(new FormData(this.form).get("csrf") ?? ""));
    body.set("file", file, file.name || "picture.png");
    const state = byId("state");
    try {
      const said = await post(this.form.dataset.upload ?? "", body, (percent) => {
        state.textContent = this.words("uploading", { percent });
      });
      if ("text" in said) throw new Error(said.text);
      state.textContent = "";
      return said;
    } catch (error) {
      const reason = error instanceof Error && error.message ? error.message : this.words("upload-failed");
      state.textContent = "";
      tell(reason);
      return null;
    }
  }
}

/** Says something that went wrong, until it is read. */
export function tell(text: string): void {
  const toast = Object.assign(document.createElement("div"), { className: "toast is-bad" });
  const close = Object.assign(document.createElement("button"), { type: "button", className: "toast-close", textContent: "×" });
  close.dataset.dismiss = "";
  close.setAttribute("aria-label", "×");
  toast.append(Object.assign(document.createElement("p"), { textContent: text }), close);
  byId("toasts").append(toast);
}

/** Only this old way of asking tells how far an upload is. */
function post(address: string, body: FormData, progress: (percent: number) => void): Promise<Stored | { text: string }> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => progress(total ? Math.round((loaded / total) * 100) : 0);
    request.onerror = () => failed(new Error(""));
    request.onload = () => {
      const said = request.response as Stored | { text: string } | null;
      if (said && (request.status === 200 || request.status === 422)) done(said);
      else failed(new Error(""));
    };
    request.send(body);
  });
}
