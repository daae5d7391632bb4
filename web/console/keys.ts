import { tinykeys } from "tinykeys";
import { openKeys, openPalette } from "./palette";

const OFF = "crier_keys";

/** Whether letters go into what has the focus. */
function isTyping(event: KeyboardEvent): boolean {
  const at = event.target;
  if (!(at instanceof HTMLElement)) return false;
  const isButton = at instanceof HTMLInputElement && ["checkbox", "radio", "button", "submit"].includes(at.type);
  return at.isContentEditable || (at.matches("input, textarea, select") && !isButton);
}

/** A letter alone is a shortcut where nothing is typed, nothing lies above the page, and nobody switched them off. */
function isFree(event: KeyboardEvent): boolean {
  if (event.isComposing || isTyping(event)) return false;
  return localStorage.getItem(OFF) !== "off" && !document.querySelector("dialog[open]");
}

function alone(act: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (!isFree(event)) return;
    event.preventDefault();
    act();
  };
}

/** The keys: the palette, their own list, and `g` with the letter of each page in the navigation. */
export function listenToKeys(): void {
  showSwitches(document);
  const places = document.querySelectorAll<HTMLAnchorElement>(".shell-side .nav a[data-letter]");
  const letters = [...places].map((link) => [`g ${link.dataset.letter}`, alone(() => link.click())] as const);
  tinykeys(window, {
    "$mod+k": (event) => { if (openPalette()) event.preventDefault(); },
    "/": alone(() => openPalette()),
    "Shift+?": alone(() => void openKeys()),
    ...Object.fromEntries(letters),
  });
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || !("keysSwitch" in box.dataset)) return;
    if (box.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "off");
  });
}

/** The switches beneath say how it stands. */
export function showSwitches(root: ParentNode): void {
  for (const box of root.querySelectorAll<HTMLInputElement>("[data-keys-switch]")) {
    box.checked = localStorage.getItem(OFF) !== "off";
  }
}
