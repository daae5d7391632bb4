/** Copies the text of `selector` and says so on the button, in the button's own words (`data-copied`). */
export async function copyFrom(button: HTMLElement, selector: string): Promise<void> {
  const source = document.querySelector(selector);
  if (!source) return;
  const text = source instanceof HTMLInputElement ? source.value : (source.textContent ?? "").trim();
  const done = await copied(text, source);
  if (done) confirmOn(button);
}

async function copied(text: string, source: Element): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Plain-http consoles have no clipboard: select the value, so that the usual keys copy it.
    const range = document.createRange();
    range.selectNodeContents(source);
    const selection = getSelection();
    selection?.removeAllRanges();
    selection?.addRange(range);
    return false;
  }
}

function confirmOn(button: HTMLElement): void {
  const before = button.dataset.label ?? button.textContent ?? "";
  button.dataset.label = before;
  button.textContent = button.dataset.copied ?? "✓";
  setTimeout(() => { button.textContent = before; }, 1600);
}
