// A form that has been sent keeps still until somebody writes in it again. What htmx still had in mind for it, a moment
// after the last key, would be stored after what its button did.
let sent: EventTarget | null = null;

export function keepStill(): void {
  // On the window, where all who handle it themselves have said so.
  window.addEventListener("submit", (event) => { if (!event.defaultPrevented) sent = event.target; });
  document.addEventListener("input", () => { sent = null; });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target instanceof Element ? event.target.closest("form") : null;
    if (form && form === sent) event.preventDefault();
  });
}
