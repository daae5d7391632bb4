import { Problem } from "./api";
import { h } from "./dom";
import { t } from "./i18n";

const box = () => document.getElementById("toasts");

export function toast(text: string, tone: "ok" | "bad" = "ok"): void {
  const close = h("button", { class: "toast-close", type: "button", "aria-label": t.dismiss, click: () => item.remove() }, "×");
  const item: HTMLElement = h("div", { class: `toast is-${tone}` }, h("p", {}, text), close);
  box()?.append(item);
  // Errors stay until they are dismissed: somebody may be reading them slowly.
  if (tone === "ok") setTimeout(() => item.remove(), 4000);
  while ((box()?.childElementCount ?? 0) > 4) box()?.firstElementChild?.remove();
}

/** Shows what went wrong. A 401 has already led to the sign-in page, which says so itself. */
export function complain(error: unknown): undefined {
  if (error instanceof Problem) {
    if (error.status !== 401) toast(error.message || t.unreachable, "bad");
    return;
  }
  throw error;
}

/** Tells screen readers only; the message itself is on the page. */
export function announce(text: string): void {
  const region = document.getElementById("live");
  if (region) region.textContent = text;
}
