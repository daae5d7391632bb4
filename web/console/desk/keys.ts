/** One key each, as long as nobody writes: the help in the page (`#desk-help`) says which. */
export function listen(): void {
  document.addEventListener("keydown", pressed);
  document.addEventListener("toggle", opened, true);
  document.addEventListener("submit", comeBack);
  // The list comes anew now and then; who was in it stays in it, and no key falls between.
  document.addEventListener("htmx:beforeSwap", remember);
  document.addEventListener("htmx:afterSwap", giveBack);
  begin();
}

/** What `j` and `k` go through: conversations, or what has keys of its own (`data-item`). */
const list = () => [...document.querySelectorAll<HTMLElement>(".inbox-item, [data-item]")];
/** The item of a list that is looked at. */
const item = () => document.activeElement?.closest<HTMLElement>("[data-item]") ?? null;

/** After a page came: the list has the keys, unless the page says where to look or what is wrong. */
function begin(): void {
  if (goBack()) return;
  if (location.hash) {
    const hit = document.querySelector<HTMLElement>(`[id="${CSS.escape(location.hash.slice(1))}"]`);
    hit?.scrollIntoView({ block: "center" });
    return;
  }
  const text = document.querySelector<HTMLTextAreaElement>("#text");
  if (text?.value.trim() || text?.getAttribute("aria-invalid")) {
    focusAtEnd(text);
    return;
  }
  list().find((one) => one.hasAttribute("aria-current"))?.focus({ preventScroll: true });
}

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target instanceof HTMLElement ? event.target : null;
  const writes = target?.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (event.key === "Escape") {
    if (writes && target?.closest(".inbox")) leave();
    else if (writes) item()?.focus();
    return;
  }
  const goes = went;
  went = event.key === "g" ? event.timeStamp : 0;
  if (writes || document.querySelector("dialog[open]") || localStorage.getItem("crier_keys") === "off") return;
  // After `g` a letter leads to another page.
  if (goes && event.timeStamp - goes < 1_000) return;
  if (!act(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
}

let went = 0;

function act(key: string): boolean {
  if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
  if (key === "?") return help();
  if (key === "/") return find();
  // In a list every item has the same keys: those of the one that is looked at count.
  const place = document.querySelector("[data-item]") ? item() : document;
  if (!place) return false;
  const press = place.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  if (press) {
    press.click();
    return true;
  }
  const fold = place.querySelector<HTMLElement>(`summary[data-open="${CSS.escape(key)}"]`);
  const part = fold?.closest("details");
  if (part) {
    part.open = true;
    // At once: the event that says it is open comes after the next key of a fast hand.
    focusFirst(part);
    return true;
  }
  return focus(place.querySelector<HTMLElement>(`[data-focus="${CSS.escape(key)}"]`));
}

const PLACE = "crier_item";

/** What is done with an item brings the page anew: the item in the same place is looked at then. */
function comeBack(): void {
  const at = list().findIndex((one) => one === item());
  if (at >= 0) sessionStorage.setItem(PLACE, `${at} ${location.pathname}`);
}

function goBack(): boolean {
  const [at, path] = sessionStorage.getItem(PLACE)?.split(" ") ?? [];
  sessionStorage.removeItem(PLACE);
  const items = list();
  return path === location.pathname && focus(items[Math.min(Number(at), items.length - 1)] ?? null);
}

function move(by: number): boolean {
  const items = list();
  if (items.length === 0) return false;
  const focused = items.findIndex((one) => one === document.activeElement || one === item());
  const current = items.findIndex((one) => one.hasAttribute("aria-current"));
  const from = focused >= 0 ? focused : current;
  const next = from < 0 ? 0 : Math.min(Math.max(from + by, 0), items.length - 1);
  return focus(items[next] ?? null);
}

/** Where the list is not seen there is a page to search on. */
function find(): boolean {
  const field = document.querySelector<HTMLInputElement>("[data-search]");
  if (!field) return false;
  if (field.checkVisibility()) field.focus();
  else location.assign(field.form?.action ?? "");
  return true;
}

function help(): boolean {
  const dialog = document.querySelector<HTMLDialogElement>("#desk-help");
  dialog?.showModal();
  return dialog !== null;
}

/** From a field back to where the keys are. */
function leave(): void {
  const back = document.querySelector<HTMLElement>(".conversation-scroll") ?? list()[0];
  back?.focus();
}

function focus(element: HTMLElement | null): boolean {
  if (element instanceof HTMLTextAreaElement) focusAtEnd(element);
  else element?.focus();
  return element !== null;
}

function focusAtEnd(field: HTMLTextAreaElement): void {
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

function focusFirst(part: HTMLElement): void {
  part.querySelector<HTMLElement>("input:not([type=hidden]), textarea, select")?.focus();
}

/** A part of the composer that opens is written in next, and the others make room. */
function opened(event: Event): void {
  const part = event.target;
  if (!(part instanceof HTMLDetailsElement) || !part.matches(".composer-part") || !part.open) return;
  for (const other of document.querySelectorAll<HTMLDetailsElement>(".composer-part[open]")) {
    if (other !== part) other.open = false;
  }
  focusFirst(part);
}

let place: string | null = null;

function remember(event: Event): void {
  const target = (event as CustomEvent<{ target: Element }>).detail.target;
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || !target.contains(active)) return;
  place = active.matches(".inbox-item") ? `.inbox-item[href="${CSS.escape(active.getAttribute("href") ?? "")}"]`
    : active.id ? `#${CSS.escape(active.id)}` : null;
}

function giveBack(): void {
  const again = place && document.querySelector<HTMLElement>(place);
  place = null;
  if (again && document.activeElement !== again) again.focus({ preventScroll: true });
}
