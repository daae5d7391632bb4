/** A box that ticks all others of its form with the name it gives; it follows them too. */
export function tickAll(event: Event): void {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.type !== "checkbox" || !box.form) return;
  const form = box.form;
  const all = form.querySelector<HTMLInputElement>("input[data-tick-all]");
  if (!all) return;
  const each = [...form.querySelectorAll<HTMLInputElement>(`input[name="${all.dataset.tickAll}"]`)];
  if (box === all) for (const one of each) one.checked = all.checked;
  const ticked = each.filter((one) => one.checked).length;
  all.checked = ticked === each.length;
  all.indeterminate = ticked > 0 && ticked < each.length;
}
