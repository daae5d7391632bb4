import { h } from "./dom";
import { t } from "./i18n";

/** Asks before something that can't be taken back by itself. Resolves to whether the person agreed. */
export function confirm(title: string, text: string, yes: string): Promise<boolean> {
  const form = h("form", { method: "dialog", class: "actions" }, cancel(true),
    h("button", { class: "button is-danger is-sure", value: "yes" }, yes));
  return show(title, [h("p", { class: "muted" }, text), form]).then((value) => value === "yes");
}

/** Not a submit button: Enter in a field would press it, being the first. */
export function cancel(autofocus = false): HTMLElement {
  const button = h("button", { class: "button", type: "button", autofocus, click: () => button.closest("dialog")?.close() }, t.cancel);
  return button;
}

/** Shows a modal dialog and resolves to its return value; empty when it was dismissed. */
export function show(title: string, children: Node[]): Promise<string> {
  const heading = h("h2", { id: "dialog-title" }, title);
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "dialog-title" }, heading, ...children);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
}
