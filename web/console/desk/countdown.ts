/** Counts down to the end of the reply window: `[data-until]` has the moment, `[data-over]` what to say then. */
export function countDown(): void {
  tick();
  setInterval(tick, 1000);
  document.addEventListener("htmx:afterSettle", tick);
}

function tick(): void {
  for (const clock of document.querySelectorAll<HTMLElement>("[data-until]")) {
    const left = Math.floor((Date.parse(clock.dataset.until ?? "") - Date.now()) / 1000);
    const shown = left > 0 ? text(left) : "";
    if (clock.textContent !== shown) clock.textContent = shown;
    if (left <= 0) over(clock);
  }
}

function over(clock: HTMLElement): void {
  const note = clock.closest(".conversation-note");
  const words = note?.querySelector("span");
  if (!note?.classList.contains("is-open") || !words) return;
  note.classList.remove("is-open");
  words.textContent = clock.dataset.over ?? "";
}

function text(seconds: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
