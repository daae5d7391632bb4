import { api } from "../api";
import { h, icon, type IconName } from "../dom";
import { t } from "../i18n";
import { toast } from "../toast";
import type { Body } from "../types";
import { askLocation } from "./location";

export type Post = (body: Body, file?: File) => void;
type Kind = "image" | "video" | "voice";

/** What was typed and not sent, by account: looking at another chat loses nothing. */
const drafts = new Map<string, string>();

export function composer(account: string, name: string, post: Post, signal: AbortSignal): HTMLElement {
  const text = h("textarea", {
    class: "textarea", rows: 1, "aria-label": t.writeTo(name), placeholder: t.placeholder, enterkeyhint: "send",
    input: () => { drafts.set(account, text.value); writes(account, text.value.trim() !== ""); },
    keydown: (event: KeyboardEvent) => { if (sends(event)) { event.preventDefault(); submit(); } },
    paste: (event: ClipboardEvent) => takeFiles(event, event.clipboardData, post),
  });
  text.value = drafts.get(account) ?? "";
  const submit = () => {
    const said = text.value.trim();
    text.focus();
    if (!said) return;
    text.value = "";
    drafts.delete(account);
    // The message itself says that nobody writes any more.
    told = 0;
    post({ type: "text", text: said });
  };
  told = 0;
  const { panel, toggle } = attachments(post, signal);
  return h("div", {
      class: "composer-box",
      dragover: (event: DragEvent) => event.preventDefault(),
      drop: (event: DragEvent) => takeFiles(event, event.dataTransfer, post),
    },
    panel,
    h("form", { class: "composer", submit: (event: Event) => { event.preventDefault(); submit(); } },
      toggle, text, h("button", { class: "button is-primary composer-send", "aria-label": t.send }, icon("send"))));
}

/** How often somebody who writes says so. */
const AGAIN = 10_000;
let told = 0;

/** Tells the account that somebody writes, or has wiped it all out again. Nobody misses it when it is lost. */
function writes(account: string, something: boolean): void {
  if (something ? Date.now() - told < AGAIN : told === 0) return;
  told = something ? Date.now() : 0;
  api.typing(account, something).catch(() => {});
}

/** Enter sends where there is a keyboard. Enter that only ends a Chinese or Japanese composition doesn't: 229 is Safari's. */
function sends(event: KeyboardEvent): boolean {
  if (event.key !== "Enter" || event.isComposing || event.keyCode === 229 || event.shiftKey) return false;
  return event.ctrlKey || event.metaKey || !matchMedia("(pointer: coarse)").matches;
}

function takeFiles(event: Event, transfer: DataTransfer | null, post: Post): void {
  const files = [...(transfer?.files ?? [])];
  if (!files.length) return;
  event.preventDefault();
  for (const file of files) sendFile(file, post);
}

function kindOf(file: File): Kind | null {
  if (file.type.startsWith("image/")) return "image";
  if (file.type.startsWith("video/")) return "video";
  if (file.type.startsWith("audio/")) return "voice";
  return null;
}

function sendFile(file: File, post: Post, asked?: Kind): void {
  const type = asked ?? kindOf(file);
  if (!file.size) return toast(t.emptyFile, "bad");
  if (type) post({ type, media_id: "", url: URL.createObjectURL(file) }, file);
  else toast(t.unsupported(file.type || file.name), "bad");
}

function attachments(post: Post, signal: AbortSignal): { panel: HTMLElement; toggle: HTMLElement } {
  const close = () => { panel.hidden = true; toggle.setAttribute("aria-expanded", "false"); };
  const file = (label: string, name: IconName, kind: Kind, accept: string) => {
    const input = h("input", {
      type: "file", accept, hidden: true, "aria-label": label,
      change: () => {
        for (const one of input.files ?? []) sendFile(one, post, kind);
        input.value = "";
        close();
      },
    });
    return h("div", {}, tile(label, name, () => input.click()), input);
  };
  const place = async () => {
    close();
    const body = await askLocation();
    if (body) post(body);
  };
  const panel = h("div", { class: "attach", hidden: true, id: "attach" },
    file(t.addImage, "image", "image", "image/*"),
    file(t.addVideo, "video", "video", "video/*"),
    file(t.addVoice, "voice", "voice", "audio/*"),
    tile(t.addLocation, "pin", () => void place()));
  const toggle = h("button", {
    class: "icon-button", type: "button", "aria-label": t.attach, "aria-expanded": "false", "aria-controls": "attach",
    click: () => { panel.hidden = !panel.hidden; toggle.setAttribute("aria-expanded", String(!panel.hidden)); },
  }, icon("plus"));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    close();
    toggle.focus();
  }, { signal });
  document.addEventListener("click", (event) => {
    const inside = event.target instanceof Node && panel.parentElement?.contains(event.target);
    if (!inside && !panel.hidden) close();
  }, { signal });
  return { panel, toggle };
}

function tile(label: string, name: IconName, click: () => void): HTMLElement {
  return h("button", { class: "attach-tile", type: "button", click }, icon(name), label);
}
