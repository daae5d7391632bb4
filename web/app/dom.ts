type Child = Node | string | null | undefined | false;
type Props = Record<string, string | number | boolean | null | undefined | ((event: never) => void)>;

/** Builds an element. Functions become listeners, `false` and null leave an attribute out; text is never parsed as HTML. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(key, value as EventListener);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, String(value));
  }
  element.append(...children.filter((child): child is Node | string => !!child || child === ""));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag: string, attributes: Record<string, string>, ...children: Node[]): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const ICONS = {
  chats: "M4 5.5h16v11H10.5L6 20v-3.5H4z",
  feed: "M5 4h14v16H5zM8.5 8h7M8.5 12h7M8.5 16h4",
  discover: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM15.5 8.5l-2 5-5 2 2-5z",
  me: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
  back: "M15 5l-7 7 7 7",
  plus: "M12 5v14M5 12h14",
  send: "M4 12l16-7.5-5 15.5-3.5-6.5zM11.5 13.5L20 4.5",
  image: "M4 5h16v14H4zM4 16l4.5-4.5 4 4 3-3L20 17M15.5 9.5h.01",
  video: "M3.5 6.5h11v11h-11zM14.5 10.5l6-3v9l-6-3",
  voice: "M12 3.5a3 3 0 0 1 3 3V11a3 3 0 0 1-6 0V6.5a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v3.5",
  pin: "M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11zM12 12.2a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6z",
  verified: "M12 3l2.3 1.7 2.8-.1.9 2.7 2.3 1.7-.9 2.7.9 2.7-2.3 1.7-.9 2.7-2.8-.1L12 20.5l-2.3-1.8-2.8.1-.9-2.7-2.3-1.7.9-2.7-.9-2.7L6 7.3l.9-2.7 2.8.1zM8.8 11.8l2.2 2.2 4.2-4.3",
  down: "M6 9.5l6 6 6-6",
  list: "M5 8h14M5 12h14M5 16h14",
  search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM16 16l4.5 4.5",
} as const;

export type IconName = keyof typeof ICONS;

export function icon(name: IconName, small = false): SVGElement {
  const classes = small ? "icon is-small" : "icon";
  return svg("svg", { class: classes, viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: ICONS[name] }));
}

/** A new picture that can't be loaded leaves the initial in place. */
export function avatar(name: string, url: string | null, size = ""): HTMLElement {
  const box = h("span", { class: `avatar ${size}`, "aria-hidden": "true" }, [...name.trim()][0]?.toUpperCase() ?? "·");
  if (url) {
    const picture = h("img", { src: url, alt: "", load: () => box.replaceChildren(picture) });
  }
  return box;
}
