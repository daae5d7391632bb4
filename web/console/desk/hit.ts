/** What the address points at stays marked, though what is live is put in anew. */
export function keepHit(): void {
  mark();
  document.addEventListener("htmx:afterSwap", mark);
}

function mark(): void {
  if (location.hash) document.getElementById(location.hash.slice(1))?.classList.add("is-hit");
}
