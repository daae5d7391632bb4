const NEAR = 120;

/** Keeps every `[data-stick]` at its end while the reader is there; someone reading further up isn't pulled down. */
export function keepAtEnd(): void {
  adopt(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target instanceof Element) adopt(event.target);
  });
}

const adopted = new WeakSet<Element>();

function adopt(root: ParentNode): void {
  const found = [...root.querySelectorAll<HTMLElement>("[data-stick]")];
  if (root instanceof HTMLElement && "stick" in root.dataset) found.push(root);
  for (const box of found) if (!adopted.has(box)) follow(box);
}

function follow(box: HTMLElement): void {
  adopted.add(box);
  let atEnd = true;
  let top = 0;
  const settle = () => { if (atEnd) box.scrollTop = box.scrollHeight; };
  box.addEventListener("scroll", () => {
    // Only moving up leaves the end: content that grows puts distance there too, without anybody having moved.
    const up = box.scrollTop < top;
    top = box.scrollTop;
    if (up || !atEnd) atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
  }, { passive: true });
  // Who sends something wants to see it there.
  document.addEventListener("submit", () => { atEnd = true; });
  new MutationObserver(settle).observe(box, { childList: true, subtree: true });
  // Pictures grow after they were swapped in; load events don't bubble, so they are caught on the way down.
  box.addEventListener("load", settle, true);
  settle();
}
