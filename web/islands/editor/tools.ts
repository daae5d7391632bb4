// The toolbar: one stop of the Tab key, arrows inside it, and each button says whether it is on.
import type { ChainedCommands, Editor } from "@tiptap/core";
import { declared, withDeclared } from "./css";
import { byId } from "./words";

interface Tool { run: (chain: ChainedCommands) => ChainedCommands; is?: (editor: Editor) => boolean }

const TOOLS: Record<string, Tool> = {
  undo: { run: (chain) => chain.undo() },
  redo: { run: (chain) => chain.redo() },
  bold: { run: (chain) => chain.toggleBold(), is: (editor) => editor.isActive("bold") },
  italic: { run: (chain) => chain.toggleItalic(), is: (editor) => editor.isActive("italic") },
  underline: { run: (chain) => chain.toggleUnderline(), is: (editor) => editor.isActive("underline") },
  strike: { run: (chain) => chain.toggleStrike(), is: (editor) => editor.isActive("strike") },
  code: { run: (chain) => chain.toggleCode(), is: (editor) => editor.isActive("code") },
  highlight: { run: (chain) => chain.toggleMark("mark"), is: (editor) => editor.isActive("mark") },
  h2: { run: (chain) => chain.toggleHeading({ level: 2 }), is: (editor) => editor.isActive("heading", { level: 2 }) },
  h3: { run: (chain) => chain.toggleHeading({ level: 3 }), is: (editor) => editor.isActive("heading", { level: 3 }) },
  bullets: { run: (chain) => chain.toggleBulletList(), is: (editor) => editor.isActive("bulletList") },
  numbers: { run: (chain) => chain.toggleOrderedList(), is: (editor) => editor.isActive("orderedList") },
  quote: { run: (chain) => chain.toggleBlockquote(), is: (editor) => editor.isActive("blockquote") },
  codeblock: { run: (chain) => chain.toggleCodeBlock(), is: (editor) => editor.isActive("codeBlock") },
  rule: { run: (chain) => chain.setHorizontalRule() },
  left: { run: (chain) => aligned(chain, "") },
  center: { run: (chain) => aligned(chain, "center"), is: (editor) => isAligned(editor, "center") },
  right: { run: (chain) => aligned(chain, "right"), is: (editor) => isAligned(editor, "right") },
  table: { run: (chain) => chain.insertTable({ rows: 3, cols: 3, withHeaderRow: true }) },
  clear: { run: (chain) => aligned(chain.unsetAllMarks().clearNodes(), "") },
  "row-add": { run: (chain) => chain.addRowAfter() },
  "row-remove": { run: (chain) => chain.deleteRow() },
  "column-add": { run: (chain) => chain.addColumnAfter() },
  "column-remove": { run: (chain) => chain.deleteColumn() },
  "table-remove": { run: (chain) => chain.deleteTable() },
};

function aligned(chain: ChainedCommands, value: string): ChainedCommands {
  return chain.command(({ tr, state }) => {
    state.doc.nodesBetween(tr.selection.from, tr.selection.to, (node, at) => {
      if (!node.isTextblock || !tr.doc.nodeAt(at)?.isTextblock) return;
      tr.setNodeAttribute(at, "css", withDeclared(node.attrs.css as string | null, "text-align", value));
    });
    return true;
  });
}

function isAligned(editor: Editor, value: string): boolean {
  return declared(editor.state.selection.$from.parent.attrs.css as string | null, "text-align") === value;
}

/** Wires the toolbar. `others` are buttons that open something. */
export function toolbar(editor: Editor, others: Record<string, () => void>): void {
  const bar = document.querySelector<HTMLElement>(".editor-tools");
  if (!bar) return;
  bar.hidden = false;
  const buttons = [...bar.querySelectorAll<HTMLButtonElement>("button[data-does]")];
  // The page keeps its cursor, as long as nobody goes through the bar by keyboard.
  bar.addEventListener("mousedown", (event) => {
    if (event.target instanceof Element && event.target.closest("button")) event.preventDefault();
  });
  bar.addEventListener("click", ({ target }) => {
    const does = target instanceof Element ? target.closest<HTMLElement>("[data-does]")?.dataset.does ?? "" : "";
    others[does]?.();
    const tool = TOOLS[does];
    if (!tool) return;
    editor.view.focus();
    tool.run(editor.chain()).run();
  });
  colours(editor);
  const show = () => {
    for (const button of buttons) {
      const tool = TOOLS[button.dataset.does ?? ""];
      if (tool?.is) button.setAttribute("aria-pressed", String(tool.is(editor)));
    }
    const table = bar.querySelector<HTMLElement>("[data-table-tools]");
    if (table) table.hidden = !editor.isActive("table");
  };
  editor.on("transaction", show);
  show();
  rove(bar);
  editor.view.dom.addEventListener("keydown", (event) => {
    if (event.altKey && event.key === "F10") bar.querySelector<HTMLElement>("[tabindex='0']")?.focus();
  });
}

function colours(editor: Editor): void {
  const select = byId<HTMLSelectElement>("tool-colour");
  select.addEventListener("input", (event) => event.stopPropagation());
  select.addEventListener("change", (event) => {
    event.stopPropagation();
    const css = withDeclared(editor.getAttributes("styled").css as string | null, "color", select.value);
    const chain = editor.chain().focus();
    (css ? chain.setMark("styled", { css }) : chain.unsetMark("styled")).run();
  });
  editor.on("selectionUpdate", () => {
    select.value = declared(editor.getAttributes("styled").css as string | null, "color");
    if (select.selectedIndex < 0) select.value = "";
  });
}

/** Arrow keys move inside the bar. */
function rove(bar: HTMLElement): void {
  const stops = () => [...bar.querySelectorAll<HTMLElement>("button, select")].filter((stop) => stop.offsetParent);
  const all = bar.querySelectorAll<HTMLElement>("button, select");
  all.forEach((stop, at) => { stop.tabIndex = at === 0 ? 0 : -1; });
  const enter = (stop: HTMLElement | undefined) => {
    if (!stop) return;
    all.forEach((other) => { other.tabIndex = -1; });
    stop.tabIndex = 0;
    stop.focus();
  };
  bar.addEventListener("keydown", (event) => {
    const there = stops();
    const at = there.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: there.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    enter(there[(to + there.length) % there.length]);
  });
}
