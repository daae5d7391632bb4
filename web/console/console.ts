import htmx from "htmx.org";
import "htmx-ext-sse";
import { keepAtEnd } from "./stick";
import { dragPlans } from "./calendar";
import { copyFrom } from "./copy";
import { listenToKeys } from "./keys";
import { closeMenus, keepNavigation, walkMenu } from "./menus";
import { listenToPalette } from "./palette";
import { keepStill } from "./still";
import { chooseTheme } from "./theme";
import { tickAll } from "./ticks";
import { keepToasts } from "./toasts";
import { fillZones } from "./zones";

// Extensions and hx-on find htmx on the window.
declare global {
  interface Window { htmx: typeof htmx }
}
window.htmx = htmx;
document.documentElement.classList.add("has-script");

function clicked(event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target : null;
  const button = target?.closest<HTMLElement>("[data-copy],[data-dismiss],[data-open]:is(button),[data-close]");
  if (!button) return;
  if (button.dataset.copy) void copyFrom(button, button.dataset.copy);
  else if ("dismiss" in button.dataset) {
    event.preventDefault();
    button.closest(".toast")?.remove();
  } else if ("close" in button.dataset) button.closest("dialog")?.close();
  else openDialog(button.dataset.open);
}

function openDialog(selector: string | undefined): void {
  const dialog = selector ? document.querySelector(selector) : null;
  if (dialog instanceof HTMLDialogElement) dialog.showModal();
}

function typed(event: KeyboardEvent): void {
  const field = event.target;
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  if (field instanceof HTMLTextAreaElement && "submitKeys" in field.dataset) {
    event.preventDefault();
    // A form of many buttons has one for this field.
    const by = field.dataset.submitKeys && document.querySelector<HTMLElement>(field.dataset.submitKeys);
    field.form?.requestSubmit(by || null);
  }
}

document.addEventListener("click", clicked);
document.addEventListener("click", closeMenus);
document.addEventListener("change", tickAll);
document.addEventListener("keydown", typed);
document.addEventListener("keydown", closeMenus);
document.addEventListener("keydown", walkMenu);
document.addEventListener("submit", chooseTheme);
keepAtEnd();
dragPlans();
keepNavigation();
keepStill();
keepToasts();
fillZones();
listenToKeys();
listenToPalette();

// htmx knows the button of a form only where the button stands inside it.
document.addEventListener("htmx:configRequest", (event) => {
  const { triggeringEvent, parameters } = (event as CustomEvent).detail;
  const by = triggeringEvent instanceof SubmitEvent ? triggeringEvent.submitter : null;
  if (by instanceof HTMLButtonElement && by.name) parameters[by.name] = by.value;
});
