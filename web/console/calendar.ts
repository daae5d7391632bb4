/** A planned broadcast is dragged to another day of the month: the form of the list beneath is filled in and sent, so a
 * drag does what the form does, with its time of day. */
export function dragPlans(): void {
  const month = document.querySelector<HTMLElement>(".month");
  if (!month) return;
  let dragged: HTMLFormElement | null = null;
  for (const item of month.querySelectorAll<HTMLElement>("[data-move]")) item.draggable = formOf(item) !== null;
  month.addEventListener("dragstart", (event) => {
    const item = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-move]") : null;
    dragged = item && formOf(item);
    item?.classList.toggle("is-dragged", dragged !== null);
    if (event.dataTransfer) event.dataTransfer.effectAllowed = dragged ? "move" : "all";
  });
  for (const on of ["dragenter", "dragover"] as const) {
    month.addEventListener(on, (event) => {
      const day = dragged && dayOf(event);
      mark(month, day);
      if (day) event.preventDefault();
    });
  }
  month.addEventListener("dragend", () => {
    dragged = null;
    mark(month, null);
    month.querySelector(".is-dragged")?.classList.remove("is-dragged");
  });
  month.addEventListener("drop", (event) => {
    const day = dayOf(event)?.dataset.day;
    if (!dragged || !day) return;
    event.preventDefault();
    moveTo(dragged, day);
  });
}

function formOf(item: HTMLElement): HTMLFormElement | null {
  return document.querySelector<HTMLFormElement>(`table.table form[action="${item.dataset.move}"]`);
}

/** The day that one is over, if something can still be planned for it. */
function dayOf(event: DragEvent): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>("[data-day]") : null;
}

function mark(month: HTMLElement, day: HTMLElement | null): void {
  for (const other of month.querySelectorAll(".is-target")) if (other !== day) other.classList.remove("is-target");
  day?.classList.add("is-target");
}

function moveTo(form: HTMLFormElement, day: string): void {
  const field = form.elements.namedItem("send_at");
  if (!(field instanceof HTMLInputElement)) return;
  const [before, time] = field.value.split("T");
  if (before === day) return;
  field.value = `${day}T${time}`;
  form.requestSubmit();
}
