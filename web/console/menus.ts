/** A menu left open would cover what is under it: a click elsewhere or Escape closes it, Escape with the focus back. */
export function closeMenus(event: Event): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
    const escape = event instanceof KeyboardEvent && event.key === "Escape";
    const outside = event.type === "click" && event.target instanceof Node && !menu.contains(event.target);
    if (!escape && !outside) continue;
    if (escape && menu.querySelector("details[data-menu][open]")) continue;
    menu.open = false;
    if (escape && menu.contains(document.activeElement)) menu.querySelector("summary")?.focus();
  }
}

/** Arrow keys walk the rows of an open menu. */
export function walkMenu(event: KeyboardEvent): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const from = document.activeElement;
  const menu = from?.closest<HTMLDetailsElement>("details[data-menu][open]:is(.switcher, .me)");
  if (!menu || !from) return;
  const stops = [...menu.querySelectorAll<HTMLElement>("summary, a, button, input:not([type=hidden])")];
  const next = stops[stops.indexOf(from as HTMLElement) + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** The navigation stays where it was scrolled to; where one is, is in sight. */
export function keepNavigation(): void {
  const nav = document.querySelector<HTMLElement>(".shell-side .nav");
  if (!nav) return;
  nav.scrollTop = Number(sessionStorage.getItem("crier_nav") ?? 0);
  nav.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  addEventListener("pagehide", () => sessionStorage.setItem("crier_nav", String(nav.scrollTop)));
}
