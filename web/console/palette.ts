// The command palette: the list of places that the server makes, as a combobox over a listbox. What is there is
// filtered while one types, and the server's answer, which knows all accounts, takes its place.
const PAUSE = 120;

let back: Element | null = null;
let asked = 0;
let timer = 0;

interface Palette {
  box: HTMLDialogElement;
  field: HTMLInputElement;
  list: HTMLElement;
  status: HTMLElement;
}

function find(): Palette | null {
  const box = document.querySelector<HTMLDialogElement>("#palette");
  const field = box?.querySelector("input");
  const list = box?.querySelector<HTMLElement>("[role=listbox]");
  const status = box?.querySelector<HTMLElement>("[role=status]");
  return box && field && list && status ? { box, field, list, status } : null;
}

/** Opens it, and says whether there is one. */
export function openPalette(): boolean {
  const palette = find();
  if (!palette) return false;
  if (palette.box.open) return true;
  back = document.activeElement;
  palette.box.showModal();
  palette.field.value = "";
  palette.field.focus();
  void ask(palette);
  return true;
}

/** The list of keys, from the same page. */
export async function openKeys(): Promise<void> {
  const box = document.querySelector<HTMLDialogElement>("#keys-dialog");
  const from = document.querySelector<HTMLElement>("#palette")?.dataset.from;
  if (!box || box.open || !from) return;
  back = document.activeElement;
  if (!box.querySelector(".key-list")) {
    const keys = document.querySelector("#keys")?.cloneNode(true) ?? (await load(from, "")).querySelector("#keys");
    if (!(keys instanceof Element)) return;
    for (const one of [keys, ...keys.querySelectorAll("[id]")]) one.removeAttribute("id");
    // Without ids a label names what is in it, unless it still names an id.
    const label = keys.querySelector("label");
    label?.removeAttribute("for");
    label?.prepend(keys.querySelector("input") ?? "");
    box.prepend(keys);
  }
  box.showModal();
}

export function listenToPalette(): void {
  const palette = find();
  if (!palette) return;
  const { box, field, list } = palette;
  field.addEventListener("input", () => {
    filter(palette);
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(palette), PAUSE);
  });
  field.addEventListener("keydown", (event) => pressed(event, palette));
  list.addEventListener("pointermove", (event) => {
    const option = event.target instanceof Element ? event.target.closest<HTMLElement>("[role=option]") : null;
    if (option) choose(palette, option, false);
  });
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  for (const dialog of [box, document.querySelector<HTMLDialogElement>("#keys-dialog")]) {
    dialog?.addEventListener("close", () => { if (back instanceof HTMLElement) back.focus(); });
  }
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-palette]") : null;
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
    if (link && !elsewhere && openPalette()) event.preventDefault();
  });
}

async function load(from: string, words: string): Promise<Document> {
  const address = new URL(from, location.href);
  address.searchParams.set("q", words);
  const answer = await fetch(address, { headers: { accept: "text/html" } });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function ask(palette: Palette): Promise<void> {
  const turn = ++asked;
  const words = palette.field.value.trim();
  const page = await load(palette.box.dataset.from ?? "/console/go", words).catch(() => null);
  if (!page || turn !== asked) return;
  const chosen = palette.list.querySelector<HTMLAnchorElement>("[aria-selected=true]")?.getAttribute("href");
  const groups = [...page.querySelectorAll("#places section")].map(group);
  palette.list.replaceChildren(...groups);
  const options = shown(palette);
  for (const [at, option] of options.entries()) option.id = `palette-${at}`;
  settle(palette, options.find((option) => option.getAttribute("href") === chosen));
}

/** A part of the list, as a group of options. */
function group(part: Element): HTMLElement {
  const box = document.createElement("div");
  const title = part.querySelector("h2")?.textContent ?? "";
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", title);
  const head = document.createElement("p");
  head.className = "nav-title";
  head.textContent = title;
  head.setAttribute("aria-hidden", "true");
  const options = [...part.querySelectorAll<HTMLAnchorElement>("a.place")];
  for (const option of options) {
    option.setAttribute("role", "option");
    option.tabIndex = -1;
  }
  box.append(head, ...options);
  return box;
}

function filter(palette: Palette): void {
  const words = palette.field.value.trim().toLowerCase();
  for (const option of palette.list.querySelectorAll<HTMLAnchorElement>("[role=option]")) {
    option.hidden = !(option.dataset.words ?? "").includes(words);
  }
  for (const part of palette.list.children) {
    (part as HTMLElement).hidden = !part.querySelector("[role=option]:not([hidden])");
  }
  settle(palette);
}

function shown({ list }: Palette): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>("[role=option]:not([hidden])")];
}

function settle(palette: Palette, kept?: HTMLElement): void {
  const options = shown(palette);
  choose(palette, kept ?? options[0] ?? null);
  const { none, some } = palette.status.dataset;
  palette.status.textContent = options.length > 0 ? `${some}: ${options.length}` : (none ?? "");
}

function choose({ field, list }: Palette, option: HTMLElement | null, scrolls = true): void {
  for (const one of list.querySelectorAll("[aria-selected=true]")) one.removeAttribute("aria-selected");
  if (!option) return field.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  field.setAttribute("aria-activedescendant", option.id);
  if (scrolls) option.scrollIntoView({ block: "nearest" });
}

function pressed(event: KeyboardEvent, palette: Palette): void {
  const options = shown(palette);
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const last = options.length - 1;
  const steps: Record<string, number> = {
    ArrowDown: at < last ? at + 1 : 0, ArrowUp: at > 0 ? at - 1 : last,
    PageDown: Math.min(at + 8, last), PageUp: Math.max(at - 8, 0),
  };
  const to = steps[event.key];
  if (to !== undefined) {
    event.preventDefault();
    choose(palette, options[to] ?? null);
  } else if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    options[at]?.click();
  }
}
