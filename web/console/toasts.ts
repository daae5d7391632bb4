/** How long a toast stays that nobody looks at, in milliseconds. */
const STAY = 9000;

/** Looks after the live region: what comes into it is said, can be dismissed and leaves by itself. */
export function keepToasts(): void {
  const region = document.querySelector<HTMLElement>("#toasts");
  if (!region) return;
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) if (node instanceof HTMLElement) keep(node);
  }).observe(region, { childList: true });
  announce(region);
  forgetDone();
  document.addEventListener("htmx:afterRequest", (event) => {
    const { requestConfig, xhr } = (event as CustomEvent).detail;
    // A page that is read again, as a live one is, has done nothing new.
    if (requestConfig.verb !== "get") take(xhr, region);
  });
  document.addEventListener("htmx:sendError", () => toast(region.dataset.offline ?? ""));
  document.addEventListener("htmx:responseError", (event) => toast(reason((event as CustomEvent).detail.xhr, region)));
}

/** Handlers answer htmx as they answer everybody: what the page that came says was done, is said on this one. */
function take(request: XMLHttpRequest, region: HTMLElement): void {
  if (!request.responseText?.includes("data-toast")) return;
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  region.append(...page.querySelectorAll("#toasts > [data-toast]"));
}

/** What stands in a live region when the page comes is not read out: it is put there once more. */
function announce(region: HTMLElement): void {
  const first = [...region.children];
  for (const child of first) child.remove();
  if (first.length > 0) setTimeout(() => region.append(...first), 100);
}

/** So that a reload, or a link that is passed on, does not say it again. */
function forgetDone(): void {
  const address = new URL(location.href);
  if (!address.searchParams.has("done")) return;
  address.searchParams.delete("done");
  history.replaceState(history.state, "", address);
}

function keep(box: HTMLElement): void {
  // Errors stay until they are dismissed: they say what to do.
  if (box.classList.contains("is-bad")) return;
  let timer = 0;
  const wait = () => { timer = window.setTimeout(() => box.remove(), STAY); };
  const hold = () => clearTimeout(timer);
  for (const on of ["pointerenter", "focusin"]) box.addEventListener(on, hold);
  for (const on of ["pointerleave", "focusout"]) box.addEventListener(on, wait);
  wait();
}

/** The page of an error says what is wrong and what to do; both are said here. */
function reason(request: XMLHttpRequest, region: HTMLElement): string {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const words = ["h1", ".detail"].map((part) => page.querySelector(`main ${part}`)?.textContent ?? "");
  return words.filter(Boolean).join(": ") || (region.dataset.broken ?? "");
}

/** Says something that went wrong. */
export function toast(text: string, tone = "is-bad"): void {
  const region = document.querySelector<HTMLElement>("#toasts");
  if (!region || !text) return;
  const box = document.createElement("div");
  box.className = `toast ${tone}`;
  box.dataset.toast = "";
  const words = document.createElement("p");
  words.textContent = text;
  const close = document.createElement("button");
  close.className = "toast-close";
  close.type = "button";
  close.dataset.dismiss = "";
  close.setAttribute("aria-label", region.dataset.dismissLabel ?? "");
  close.textContent = "×";
  box.append(words, close);
  region.append(box);
}
