// Inline styles of articles. The page's policy allows no `style` attribute, so that styles travel as `data-css` in here
// and are shown through a sheet that this script fills.

/** Properties and functions that the server keeps as well (core/articles/styles.rs); the rest is not shown. */
const PROPERTIES = new Set(["background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left",
  "border-radius", "border-right", "border-style", "border-top", "border-width", "color", "font-size", "font-style",
  "font-weight", "letter-spacing", "line-height", "list-style-type", "margin", "margin-bottom", "margin-left",
  "margin-right", "margin-top", "max-width", "padding", "padding-bottom", "padding-left", "padding-right", "padding-top",
  "text-align", "text-decoration", "text-indent", "vertical-align", "white-space", "width", "word-break"]);
/** Dark pages leave these out, as the article's own page does. */
const COLOURS = new Set(["background-color", "color"]);
const TAG = /<[a-zA-Z](?:"[^"]*"|'[^']*'|[^'">])*>/g;

/** HTML whose `style` attributes are called `data-css`, and whose handlers are none: a policy that forbids both complains
 * of them wherever they are parsed. */
export function inward(html: string): string {
  return html.replace(TAG, (tag) => tag.replace(/\sstyle\s*=/gi, " data-css=").replace(/\son[a-z]+\s*=/gi, " data-none="));
}

/** The way back. */
export function outward(html: string): string {
  return html.replace(TAG, (tag) => tag.replace(/\sdata-css="/, ' style="'));
}

/** The value of one property of a style. */
export function declared(css: string | null, name: string): string {
  for (const part of (css ?? "").split(";")) {
    const [key, value] = part.split(":");
    if (key?.trim().toLowerCase() === name) return value?.trim() ?? "";
  }
  return "";
}

/** A style with another value of one property; without it where the value is empty. */
export function withDeclared(css: string | null, name: string, value: string): string | null {
  const others = (css ?? "").split(";").map((part) => part.trim()).filter((part) => part && !part.startsWith(`${name}:`));
  if (value) others.push(`${name}: ${value}`);
  return others.join("; ") || null;
}

/** Shows styles inside the page that is written on. */
export class Sheet {
  #sheet = new CSSStyleSheet();
  #known = new Set<string>();

  constructor() {
    document.adoptedStyleSheets.push(this.#sheet);
  }

  /** Makes a style visible. */
  learn(css: unknown): void {
    if (typeof css !== "string" || !css || this.#known.has(css)) return;
    this.#known.add(css);
    const kept = css.split(";").map((part) => part.split(":")).filter(([name, value, more]) =>
      name && value && more === undefined && PROPERTIES.has(name.trim().toLowerCase()) && /^[\w #%.,()-]+$/.test(value.trim()));
    const rule = (pairs: string[][]) =>
      `.editor-page [data-css=${JSON.stringify(css)}]{${pairs.map(([name, value]) => `${name}:${value}`).join(";")}}`;
    const [colours, plain] = [true, false].map((is) => kept.filter(([name]) => COLOURS.has((name ?? "").trim()) === is));
    if (plain?.length) this.#sheet.insertRule(rule(plain));
    if (colours?.length) this.#sheet.insertRule(`@media (prefers-color-scheme: light){:root:not([data-theme="dark"]) ${rule(colours)}}`);
  }
}
