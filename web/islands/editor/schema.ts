// What an article may be made of: what core/articles/html.rs keeps, and nothing else. What an operator's backend wrote
// with other tools comes back from here as it was.
import { Extension, Mark, Node, type Extensions } from "@tiptap/core";
import StarterKit from "@tiptap/starter-kit";
import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";

const BLOCKS = ["paragraph", "heading", "blockquote", "bulletList", "orderedList", "listItem", "codeBlock", "horizontalRule",
  "table", "tableRow", "tableCell", "tableHeader", "box", "caption", "picture"];

const attribute = (name: string, html: string) => ({
  [name]: {
    default: null,
    parseHTML: (element: HTMLElement) => element.getAttribute(html),
    renderHTML: (values: Record<string, unknown>) => (values[name] ? { [html]: String(values[name]) } : {}),
  },
});

/** Styles and languages, which any element may have. */
const Everywhere = Extension.create({
  name: "everywhere",
  addGlobalAttributes() {
    return [{ types: BLOCKS, attributes: { ...attribute("css", "data-css"), ...attribute("lang", "lang") } }];
  },
});

/** Boxes around paragraphs, kept by their own names. */
const Box = Node.create({
  name: "box",
  group: "block",
  content: "block+",
  defining: true,
  addAttributes: () => ({ tag: { default: "section", rendered: false } }),
  parseHTML: () => ["section", "div", "figure", "dl"].map((tag) => ({ tag, attrs: { tag } })),
  renderHTML: ({ node, HTMLAttributes }) => [String(node.attrs.tag), HTMLAttributes, 0],
});

/** Lines of a figure or of a list of terms. */
const Caption = Node.create({
  name: "caption",
  group: "block",
  content: "inline*",
  addAttributes: () => ({ tag: { default: "figcaption", rendered: false } }),
  parseHTML: () => ["figcaption", "dt", "dd"].map((tag) => ({ tag, attrs: { tag } })),
  renderHTML: ({ node, HTMLAttributes }) => [String(node.attrs.tag), HTMLAttributes, 0],
});

/** Pictures stand in lines, as they do in HTML. */
const Picture = Node.create({
  name: "picture",
  group: "inline",
  inline: true,
  draggable: true,
  addAttributes: () => ({
    ...attribute("src", "src"),
    alt: { default: "" },
    ...attribute("width", "width"),
    ...attribute("height", "height"),
  }),
  parseHTML: () => [{ tag: "img[src^='/media/'], img[src^='https://']" }],
  renderHTML: ({ HTMLAttributes }) => ["img", HTMLAttributes],
});

const Styled = Mark.create({
  name: "styled",
  addAttributes: () => attribute("css", "data-css"),
  parseHTML: () => [{ tag: "span[data-css]" }],
  renderHTML: ({ HTMLAttributes }) => ["span", HTMLAttributes, 0],
});

const simple = ["mark", "sup", "sub", "small", "q", "cite", "ins", "ruby", "rt"].map((tag) => Mark.create({
  name: tag,
  addAttributes: () => attribute("css", "data-css"),
  parseHTML: () => [{ tag }],
  renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
}));

const span = (name: string) => ({
  [name]: {
    default: 1,
    parseHTML: (cell: HTMLElement) => Number(cell.getAttribute(name) ?? 1) || 1,
    renderHTML: (values: Record<string, unknown>) => (values[name] === 1 ? {} : { [name]: String(values[name]) }),
  },
});
const cells = () => ({
  ...span("colspan"),
  ...span("rowspan"),
  // The table's commands copy it along; nothing is ever shown of it.
  colwidth: { default: null, rendered: false, parseHTML: () => null },
});

/** The extensions of the editor. */
export const schema: Extensions = [
  StarterKit.configure({
    link: {
      openOnClick: false,
      defaultProtocol: "https",
      isAllowedUri: (address) => /^https?:\/\/[^\s]/i.test(address ?? ""),
      HTMLAttributes: { target: null, rel: null, class: null },
    },
  }),
  Everywhere, Box, Caption, Picture, Styled, ...simple,
  Table.extend({ renderHTML: ({ HTMLAttributes }) => ["table", HTMLAttributes, ["tbody", 0]] }).configure({ resizable: false }),
  TableRow,
  TableCell.extend({ addAttributes: cells }),
  TableHeader.extend({ addAttributes: cells }),
];
