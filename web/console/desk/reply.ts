/** The reply's field is free for the next words as soon as the last are on their way; they come back if they weren't taken. */
export function freeField(): void {
  let words = "";
  document.addEventListener("htmx:beforeRequest", (event) => {
    const field = fieldOf(event);
    if (!field) return;
    words = field.value;
    field.value = "";
    field.removeAttribute("aria-invalid");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const field = fieldOf(event);
    const { status } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr;
    if (!field || (status >= 200 && status < 300)) return;
    field.value = field.value ? `${words}\n${field.value}` : words;
    field.setAttribute("aria-invalid", "true");
  });
}

function fieldOf(event: Event): HTMLTextAreaElement | null {
  return event.target instanceof Element && event.target.id === "reply" ? event.target.querySelector("textarea") : null;
}
