// What comes from Word and from web pages, made plain: paragraphs, headings, lists, quotes, tables, links, and the marks
// that mean something. Fonts, colours and boxes of elsewhere stay there, and so do pictures of other sites.
import { declared, inward } from "./css";

/** What is pasted, and how many pictures were left out. */
export interface Pasted { html: string; remote: number }

const GONE = "script,style,link,meta,title,head,iframe,object,embed,form,input,button,select,textarea,svg,canvas,video,audio,noscript,template,xml";
const BOXES = /^(div|section|article|header|footer|main|aside|nav|center|font|figure|form|address|details|summary|hgroup)$/;
const KEPT = new Set(["p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "thead", "tbody", "tfoot",
  "tr", "th", "td", "blockquote", "pre", "code", "img", "a", "strong", "em", "u", "s", "sup", "sub", "mark", "ruby", "rt"]);
const SAME: Record<string, string> = { b: "strong", i: "em", strike: "s", del: "s", kbd: "code", samp: "code", tt: "code" };
const ATTRIBUTES: Record<string, string[]> = { a: ["href"], img: ["src", "alt", "width", "height"], td: ["colspan", "rowspan"],
  th: ["colspan", "rowspan"], ol: ["start"] };

/** Makes pasted HTML plain. What was copied in here stays as it is. */
export function clean(html: string): Pasted {
  if (/<[^>]+\sdata-pm-slice=/.test(html)) return { html: inward(html), remote: 0 };
  // Word writes what it means for other programs into comments and elements of its own.
  const bare = html.replace(/<!--[\s\S]*?-->/g, "").replace(/<!\[[^\]]*\]>/g, "").replace(/<(style|xml|o:p)[^>]*>[\s\S]*?<\/\1>/gi, "");
  const { body } = new DOMParser().parseFromString(inward(bare), "text/html");
  body.querySelectorAll(GONE).forEach((element) => element.remove());
  gatherLists(body);
  const remote = leaveOutPictures(body);
  for (const element of [...body.querySelectorAll("*")].reverse()) plain(element);
  for (const paragraph of body.querySelectorAll("p")) {
    if (!paragraph.textContent?.trim() && !paragraph.querySelector("img")) paragraph.remove();
  }
  return { html: body.innerHTML.replace(/(&nbsp;|\u00a0)+/g, " "), remote };
}

const styleOf = (element: Element) => element.getAttribute("data-css") ?? "";

/** Word's lists are paragraphs that say which list and level they are of. */
function gatherLists(body: HTMLElement): void {
  let open: HTMLElement[] = [];
  for (const paragraph of [...body.querySelectorAll("p,h1,h2,h3,h4,h5,h6")]) {
    const level = Number(/mso-list:[^;]*\blevel(\d)/i.exec(styleOf(paragraph))?.[1] ?? 0);
    if (!level) { open = []; continue; }
    const marker = [...paragraph.querySelectorAll("span")].find((span) => /mso-list:\s*ignore/i.test(styleOf(span)));
    const tag = /^\s*(\(?[0-9a-z一二三四五六七八九十]{1,4}[.)、])/i.test(marker?.textContent ?? "") ? "ol" : "ul";
    marker?.remove();
    if (open[0] && open[0] !== lastBefore(paragraph)) open = [];
    open = open.slice(0, level);
    if (open.length === level && open.at(-1)?.localName !== tag) open = open.slice(0, level - 1);
    while (open.length < level) open.push(addList(open, tag, paragraph));
    const item = document.createElement("li");
    item.append(...paragraph.childNodes);
    open.at(-1)?.append(item);
    paragraph.remove();
  }
}

function lastBefore(element: Element): Element | null {
  return element.previousElementSibling;
}

function addList(open: HTMLElement[], tag: string, before: Element): HTMLElement {
  const list = document.createElement(tag);
  const parent = open.at(-1);
  if (parent) (parent.lastElementChild ?? parent.appendChild(document.createElement("li"))).append(list);
  else before.before(list);
  return list;
}

/** Only pictures of ours stay. */
function leaveOutPictures(body: HTMLElement): number {
  let remote = 0;
  for (const picture of body.querySelectorAll("img")) {
    const source = (picture.getAttribute("src") ?? "").replace(`${location.origin}/media/`, "/media/");
    picture.setAttribute("src", source);
    if (/^\/media\/[\w-]{64}$/.test(source)) continue;
    // A dot that counts readers is no picture.
    if (Number(picture.getAttribute("width") ?? 9) > 1) remote += 1;
    picture.remove();
  }
  return remote;
}

function plain(element: Element): void {
  let name = element.localName;
  const style = styleOf(element);
  if (name === "p" && /MsoTitle/.test(element.className)) name = "h1";
  if (name === "p" && /Mso(Intense)?Quote/.test(element.className)) element.before(wrapped("blockquote", element));
  if (/display:\s*none/i.test(style)) return element.remove();
  if (BOXES.test(name) || name === "body") return box(element);
  if (name === "span" || name === "ins") return marked(element, style);
  name = SAME[name] ?? name;
  const isLink = name === "a" && /^https?:\/\//i.test(element.getAttribute("href") ?? "");
  // Whole documents come in a bold element that says it is not bold.
  const isBold = name !== "strong" || declared(style, "font-weight") !== "normal";
  if (!KEPT.has(name) || (name === "a" && !isLink) || !isBold) return element.replaceWith(...element.childNodes);
  const kept = document.createElement(name);
  for (const attribute of ATTRIBUTES[name] ?? []) {
    const value = element.getAttribute(attribute);
    if (value) kept.setAttribute(attribute, value);
  }
  const align = declared(style, "text-align") || element.getAttribute("align") || "";
  if (/^(p|h\d)$/.test(name) && /^(center|right)$/i.test(align)) kept.setAttribute("data-css", `text-align: ${align.toLowerCase()}`);
  kept.append(...element.childNodes);
  element.replaceWith(kept);
}

function wrapped(tag: string, element: Element): HTMLElement {
  const outer = document.createElement(tag);
  const line = document.createElement("p");
  line.append(...element.childNodes);
  outer.append(line);
  return outer;
}

/** A box with text of its own was a paragraph; others only held some. */
function box(element: Element): void {
  const isBlock = (node: ChildNode) => node instanceof Element && /^(p|h\d|ul|ol|table|blockquote|pre|hr|div)$/.test(node.localName);
  const children = [...element.childNodes];
  if (children.some(isBlock) || !element.textContent?.trim()) return element.replaceWith(...children);
  const line = document.createElement(element.localName === "font" || element.parentElement?.localName === "p" ? "span" : "p");
  line.append(...children);
  element.replaceWith(...(line.localName === "span" ? line.childNodes : [line]));
}

/** What a style means becomes an element; the rest of it goes. */
function marked(element: Element, style: string): void {
  const weight = declared(style, "font-weight");
  const line = declared(style, "text-decoration") + declared(style, "text-decoration-line");
  const position = declared(style, "vertical-align");
  const tags = [
    weight === "bold" || Number(weight) >= 600 ? "strong" : "",
    declared(style, "font-style") === "italic" ? "em" : "",
    /underline/.test(line) ? "u" : "",
    /line-through/.test(line) ? "s" : "",
    /^(sub|super)$/.test(position) ? position.replace("super", "sup") : "",
  ].filter(Boolean);
  let nodes: Node[] = [...element.childNodes];
  for (const tag of tags) {
    const mark = document.createElement(tag);
    mark.append(...nodes);
    nodes = [mark];
  }
  element.replaceWith(...nodes);
}
