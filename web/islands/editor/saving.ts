// Saves while somebody writes. What is not saved yet is kept in this browser, so that neither a lost connection nor a
// closed lid loses a word.
import { byId, type Words } from "./words";

/** After the last key. */
const REST = 1_200;
/** Between tries. */
const AGAIN = 5_000;

interface Kept { at: number; fields: Record<string, string> }

export class Saver {
  /** Whether this page may save: it is no reader's, and nobody was first. */
  active = true;
  #timer = 0;
  #changes = 0;
  #saved = 0;
  #running: Promise<boolean> | null = null;
  readonly #store: string;

  constructor(readonly form: HTMLFormElement, readonly words: Words) {
    this.#store = `crier-draft-${form.dataset.key ?? ""}`;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.changed());
    window.addEventListener("online", () => this.isDirty && void this.save());
    window.addEventListener("beforeunload", (event) => { if (this.isDirty) event.preventDefault(); });
  }

  get isDirty(): boolean {
    return this.#changes > this.#saved;
  }

  /** Something was written. */
  changed(): void {
    if (!this.active) return;
    this.#changes += 1;
    this.#say(this.words("unsaved"));
    this.#keep();
    this.#later(REST);
  }

  /** Saves now; whether it is saved. `cause` is `saved` where somebody asked for it. */
  async save(cause = "autosave"): Promise<boolean> {
    if (this.#running) await this.#running;
    if (!this.active || (!this.isDirty && cause !== "saved")) return !this.isDirty;
    this.#running = this.#send(cause).finally(() => { this.#running = null; });
    return this.#running;
  }

  async #send(cause: string): Promise<boolean> {
    clearTimeout(this.#timer);
    const upTo = this.#changes;
    const body = new URLSearchParams([...new FormData(this.form)].map(([name, value]) => [name, String(value)]));
    body.set("cause", cause);
    this.#say(this.words("saving"));
    try {
      const answer = await fetch(`${this.form.action}/auto`, { method: "POST", body, redirect: "error" });
      const said = await answer.json() as { revision?: number; at?: string; text?: string; href?: string };
      if (answer.ok) return this.#done(upTo, said.revision ?? 0, said.at ?? "");
      if (answer.status === 409 || answer.status === 404) this.active = false;
      this.#trouble(said.text ?? "", said.href);
    } catch {
      this.#say(this.words(navigator.onLine ? "failed" : "offline"), true);
      this.#later(AGAIN);
    }
    return false;
  }

  #done(upTo: number, revision: number, at: string): boolean {
    this.#saved = upTo;
    for (const field of document.querySelectorAll<HTMLInputElement>("input[name=revision]")) field.value = String(revision);
    byId("trouble").replaceChildren();
    if (this.isDirty) this.#later(REST);
    else {
      localStorage.removeItem(this.#store);
      this.#say(this.words("saved", { time: at }));
    }
    return !this.isDirty;
  }

  #later(pause: number): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.save(), pause);
  }

  #say(text: string, bad = false): void {
    const state = byId("state");
    if (state.textContent !== text) state.textContent = text;
    state.classList.toggle("is-bad", bad);
  }

  #trouble(text: string, href?: string): void {
    const box = document.createElement("div");
    box.className = "notice is-bad";
    const line = document.createElement("p");
    line.append(text, " ");
    if (href) line.append(Object.assign(document.createElement("a"), { href, textContent: this.words("conflict") }));
    box.append(line);
    byId("trouble").replaceChildren(box);
    this.#say(this.words("unsaved"), true);
  }

  #keep(): void {
    const fields = Object.fromEntries([...new FormData(this.form)].map(([name, value]) => [name, String(value)]));
    delete fields.csrf;
    try {
      localStorage.setItem(this.#store, JSON.stringify({ at: Date.now(), fields } satisfies Kept));
    } catch {
      // A full or forbidden store: the page still saves to the server.
    }
  }

  /** Offers what an earlier visit could not save. */
  offer(put: (fields: Record<string, string>) => void): void {
    const text = localStorage.getItem(this.#store);
    if (!text) return;
    const kept = JSON.parse(text) as Kept;
    const now = new FormData(this.form);
    const differs = ["title", "content", "author", "digest"].some((name) => (kept.fields[name] ?? "") !== (now.get(name) ?? ""));
    if (!differs) return localStorage.removeItem(this.#store);
    const box = document.createElement("div");
    box.className = "notice is-warn";
    const line = Object.assign(document.createElement("p"), { textContent: this.words("local") });
    const actions = Object.assign(document.createElement("div"), { className: "actions" });
    const button = (key: string, does: () => void) => {
      const made = Object.assign(document.createElement("button"), { type: "button", className: "button is-small", textContent: this.words(key) });
      made.addEventListener("click", () => { box.remove(); does(); });
      return made;
    };
    actions.append(button("restore", () => put(kept.fields)), button("discard", () => localStorage.removeItem(this.#store)));
    box.append(line, actions);
    byId("trouble").append(box);
  }
}
