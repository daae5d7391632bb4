/** Offers canned answers while a reply begins with `/`: the field names the list (`data-canned`). */
export function offerCanned(): void {
  document.addEventListener("input", (event) => {
    const field = fieldOf(event);
    if (field) offer(field);
  });
  document.addEventListener("keydown", (event) => {
    const field = fieldOf(event);
    if (field && !event.isComposing) pressed(field, event);
  }, true);
  document.addEventListener("mousedown", (event) => {
    const option = event.target instanceof Element ? event.target.closest<HTMLElement>(".canned-list > li") : null;
    const field = document.querySelector<HTMLTextAreaElement>("[data-canned]");
    if (!option || !field) return;
    event.preventDefault();
    insert(field, option);
  });
  document.addEventListener("focusout", (event) => {
    const field = fieldOf(event);
    if (field) close(field);
  });
}

function fieldOf(event: Event): HTMLTextAreaElement | null {
  const field = event.target;
  return field instanceof HTMLTextAreaElement && "canned" in field.dataset ? field : null;
}

const listOf = (field: HTMLTextAreaElement) => document.querySelector<HTMLElement>(field.dataset.canned ?? "");
const shown = (list: HTMLElement) => [...list.querySelectorAll<HTMLElement>("li:not([hidden])")];
const chosen = (list: HTMLElement) => list.querySelector<HTMLElement>("li[aria-selected=true]:not([hidden])");

function offer(field: HTMLTextAreaElement): void {
  const list = listOf(field);
  const asked = /^[/／]([^\s]*)$/u.exec(field.value)?.[1];
  if (!list || asked === undefined) return close(field);
  for (const option of list.querySelectorAll<HTMLElement>("li")) {
    option.hidden = !(option.dataset.shortcut ?? "").startsWith(asked.toLowerCase());
  }
  const first = shown(list)[0];
  if (!first) return close(field);
  list.hidden = false;
  field.setAttribute("aria-controls", list.id);
  choose(field, list, first);
}

function choose(field: HTMLTextAreaElement, list: HTMLElement, option: HTMLElement): void {
  for (const one of list.querySelectorAll("li")) one.setAttribute("aria-selected", String(one === option));
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function pressed(field: HTMLTextAreaElement, event: KeyboardEvent): void {
  const list = listOf(field);
  if (!list || list.hidden) return;
  const options = shown(list);
  const at = options.findIndex((option) => option === chosen(list));
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) {
    const next = options[(at + by + options.length) % options.length];
    if (next) choose(field, list, next);
  } else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") {
    const option = options[at];
    if (option) insert(field, option);
  } else if (event.key === "Escape") {
    close(field);
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

function insert(field: HTMLTextAreaElement, option: HTMLElement): void {
  field.value = option.dataset.text ?? "";
  close(field);
  field.focus();
}

function close(field: HTMLTextAreaElement): void {
  const list = listOf(field);
  if (list) list.hidden = true;
  field.removeAttribute("aria-activedescendant");
}
