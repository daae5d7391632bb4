/** Says new messages of the open conversation aloud: `#desk-live` is a live region that stays while the thread is replaced. */
export function announce(): void {
  let last = newest();
  document.addEventListener("htmx:afterSettle", () => {
    const now = newest();
    const live = document.querySelector("#desk-live");
    if (live && now.number > last.number && now.words) live.textContent = now.words;
    last = now;
  });
}

function newest(): { number: number; words: string } {
  const said = [...document.querySelectorAll("#thread > .message:not(.is-out)")].at(-1);
  const name = document.querySelector<HTMLElement>("#thread")?.dataset.name ?? "";
  const text = said?.querySelector(".bubble")?.textContent?.trim() ?? "";
  return { number: Number(said?.id.slice(1) ?? 0), words: said ? `${name}: ${text}` : "" };
}
