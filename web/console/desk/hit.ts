/** What the address points at stays marked, though what is live is put in anew. */
export function keepHit(): void {
  mark();
  // Once it has settled: until then what is new has the marks of what it takes the place of, and loses them.
  document.addEventListener("htmx:afterSettle", mark);
}

function mark(): void {
  if (location.hash) document.getElementById(location.hash.slice(1))?.classList.add("is-hit");
}
