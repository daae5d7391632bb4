import { h } from "./dom";
import { t } from "./i18n";

/** Asks before something that can't be taken back by itself. Resolves to whether the person agreed. */
export function confirm(title: string, text: string, yes: string): Promise<boolean> {
  const no = h("button", { class: "button", value: "no", autofocus: true }, t.cancel);
  const form = h("form", { method: "dialog", class: "actions" }, no,
    h("button", { class: "button is-danger is-sure", value: "yes" }, yes));
  return show(title, [h("p", { class: "muted" }, text), form]).then((value) => value === "yes");
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
