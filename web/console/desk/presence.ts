/** How often somebody who is there says so; the server forgets them after twice this time. */
const AGAIN = 15_000;
/** How often somebody who writes says so. */
const WRITES = 10_000;

/** Tells colleagues, and the follower while somebody writes, who is at the open conversation. */
export function beThere(): void {
  let wrote = 0;
  const looks = () => { if (!document.hidden && Date.now() - wrote > WRITES) tell("looks"); };
  setInterval(looks, AGAIN);
  document.addEventListener("visibilitychange", () => tell(document.hidden ? "leaves" : "looks"));
  addEventListener("pagehide", () => tell("leaves"));
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLTextAreaElement) || !("typing" in field.dataset)) return;
    if (Date.now() - wrote < WRITES || !field.value.trim()) return;
    wrote = Date.now();
    tell("writes");
  });
  // What is written after an answer went out is news again.
  document.addEventListener("submit", () => { wrote = 0; });
}

function tell(doing: string): void {
  const here = document.querySelector<HTMLElement>("[data-presence]");
  const { presence, csrf } = here?.dataset ?? {};
  if (!presence || !csrf) return;
  // It outlives the page: who leaves says so while it goes.
  const body = new URLSearchParams({ csrf, doing });
  void fetch(presence, { method: "POST", body, keepalive: true }).catch(() => undefined);
}
