// The frame that cuts a cover. The numbers beside it say the same, and work without it.
const form = document.querySelector<HTMLFormElement>("form.crop");
const frame = form?.querySelector<HTMLElement>(".crop-frame");
if (form && frame) crop(form, frame);
dropping();

function crop(of: HTMLFormElement, box: HTMLElement): void {
  const field = (name: string) => of.elements.namedItem(name) as HTMLInputElement;
  const names = ["crop_left", "crop_top", "crop_width"];
  // Height to width of the picture; everything is in thousandths of its sides.
  const tall = Number(of.dataset.height) / Number(of.dataset.width);
  const shape = () => Number(new FormData(of).get("shape")) / 100;
  const high = (width: number) => width / shape() / tall;

  function put([left, top, width]: number[]): void {
    const widest = Math.min(1_000, 1_000 * shape() * tall);
    const wide = Math.round(Math.min(Math.max(width ?? 0, 50), widest));
    const values = [clamp(left ?? 0, 1_000 - wide), clamp(top ?? 0, 1_000 - high(wide)), wide];
    names.forEach((name, at) => { field(name).value = String(values[at]); });
    show();
  }
  function show(): void {
    const [left, top, width] = now();
    box.style.setProperty("inset-inline-start", `${left / 10}%`);
    box.style.setProperty("inset-block-start", `${top / 10}%`);
    box.style.setProperty("inline-size", `${width / 10}%`);
    box.style.setProperty("block-size", `${high(width) / 10}%`);
  }
  const now = () => names.map((name) => Number(field(name).value)) as [number, number, number];

  box.hidden = false;
  for (const name of names) field(name).addEventListener("change", () => put(now()));
  of.addEventListener("change", (event) => {
    if ((event.target as HTMLInputElement).name === "shape") put([...now().slice(0, 2), 1_000]);
  });
  box.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 50 : 10;
    const [left, top, width] = now();
    const to = { ArrowLeft: [left - step, top, width], ArrowRight: [left + step, top, width], ArrowUp: [left, top - step, width],
      ArrowDown: [left, top + step, width], "+": [left, top, width + step], "=": [left, top, width + step], "-": [left, top, width - step] }[event.key];
    if (!to) return;
    event.preventDefault();
    put(to);
  });
  box.addEventListener("pointerdown", (begin) => {
    begin.preventDefault();
    box.focus();
    box.setPointerCapture(begin.pointerId);
    const [left, top, width] = now();
    const resizes = (begin.target as Element).classList.contains("crop-grip");
    const stage = box.parentElement?.getBoundingClientRect();
    const move = (event: PointerEvent) => {
      const right = ((event.clientX - begin.clientX) / (stage?.width ?? 1)) * 1_000;
      const down = ((event.clientY - begin.clientY) / (stage?.height ?? 1)) * 1_000;
      put(resizes ? [left, top, width + right] : [left + right, top + down, width]);
    };
    box.addEventListener("pointermove", move);
    box.addEventListener("lostpointercapture", () => box.removeEventListener("pointermove", move), { once: true });
  });
  show();
}

function clamp(value: number, most: number): number {
  return Math.round(Math.min(Math.max(value, 0), Math.max(most, 0)));
}

/** A picture dropped anywhere on the page is sent as the next cover. */
function dropping(): void {
  const upload = document.querySelector<HTMLFormElement>("form[data-drop]");
  const file = upload?.querySelector<HTMLInputElement>("input[type=file]");
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!upload || !file || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    file.files = event.dataTransfer.files;
    upload.requestSubmit();
  });
}
