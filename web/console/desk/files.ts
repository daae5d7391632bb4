/** Pictures that are pasted or dropped on the composer go the way of the file form. */
export function takeFiles(): void {
  document.addEventListener("paste", (event) => {
    const target = event.target instanceof Element ? event.target.closest("[data-composing]") : null;
    if (target && event.clipboardData?.files.length) give(event.clipboardData, event);
  });
  document.addEventListener("dragover", (event) => {
    const target = composerOf(event);
    if (!target || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    target.classList.add("is-target");
  });
  document.addEventListener("dragleave", (event) => composerOf(event)?.classList.remove("is-target"));
  document.addEventListener("drop", (event) => {
    const target = composerOf(event);
    target?.classList.remove("is-target");
    if (target && event.dataTransfer?.files.length) give(event.dataTransfer, event);
  });
}

function composerOf(event: Event): Element | null {
  return event.target instanceof Element ? event.target.closest(".conversation")?.querySelector("[data-composing]") ?? null : null;
}

function give(from: DataTransfer, event: Event): void {
  const form = document.querySelector<HTMLFormElement>("form[data-files]");
  const field = form?.querySelector<HTMLInputElement>("input[type=file]");
  if (!form || !field) return;
  event.preventDefault();
  const one = new DataTransfer();
  const first = from.files[0];
  if (first) one.items.add(first);
  field.files = one.files;
  form.requestSubmit();
}
