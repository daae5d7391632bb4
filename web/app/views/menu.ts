import { api } from "../api";
import { h, icon } from "../dom";
import { t } from "../i18n";
import { externalLink, safeUrl } from "../richtext";
import { complain, toast } from "../toast";
import type { MenuButton } from "../types";

/** The account's menu along the bottom of its chat. Stays hidden for accounts that have none. */
export function menuBar(account: string, signal: AbortSignal): HTMLElement {
  const list = h("ul", { class: "menu-bar" });
  const nav = h("nav", { "aria-label": t.menu, hidden: true }, list);
  void api.menu(account).then(({ buttons }) => {
    list.replaceChildren(...buttons.map((button) => entry(account, button)));
    nav.hidden = buttons.length === 0;
  }, () => {}); // An account without a menu answers 404; there is nothing to say about it.
  const close = (event: Event) => {
    if (event instanceof KeyboardEvent && event.key !== "Escape") return;
    if (event.type === "click" && event.target instanceof Node && list.contains(event.target)) return;
    collapse(list, event.type === "keydown");
  };
  document.addEventListener("click", close, { signal });
  document.addEventListener("keydown", close, { signal });
  return nav;
}

function entry(account: string, button: MenuButton): HTMLElement {
  const children = button.buttons ?? [];
  if (children.length === 0) return h("li", {}, leaf(account, button));
  const popup = h("ul", { class: "menu-popup", hidden: true },
    ...children.map((child) => h("li", {}, leaf(account, child))));
  const opener = h("button", {
    class: "menu-button", type: "button", "aria-expanded": "false",
    click: () => {
      const opening = popup.hidden;
      collapse(opener.closest("ul"), false);
      popup.hidden = !opening;
      opener.setAttribute("aria-expanded", String(opening));
    },
  }, icon("list", true), button.name);
  return h("li", {}, opener, popup);
}

function collapse(list: Element | null, refocus: boolean): void {
  for (const opener of list?.querySelectorAll<HTMLElement>("[aria-expanded=true]") ?? []) {
    opener.setAttribute("aria-expanded", "false");
    const popup = opener.nextElementSibling;
    if (popup instanceof HTMLElement) popup.hidden = true;
    if (refocus) opener.focus();
  }
}

/** A `view` button is a real link, so that the browser opens it by itself and no popup blocker minds. */
function leaf(account: string, button: MenuButton): HTMLElement {
  const url = button.type === "view" ? safeUrl(button.url) : null;
  const element = url ? externalLink(url, button.name) : h("button", { type: "button" }, button.name);
  element.className = "menu-button";
  element.addEventListener("click", () => {
    collapse(element.closest(".menu-bar"), false);
    void tap(account, button, url === null);
  });
  return element;
}

async function tap(account: string, button: MenuButton, confirms: boolean): Promise<void> {
  if (!button.id) return;
  try {
    await api.tap(account, button.id);
    if (confirms) toast(t.tapped(button.name));
  } catch (error) {
    complain(error);
  }
}
