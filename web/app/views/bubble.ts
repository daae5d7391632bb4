import { h, svg } from "../dom";
import { t } from "../i18n";
import { load } from "../media";
import { externalLink, richText, safeUrl } from "../richtext";
import { toneOf } from "../tones";
import type { Article, Body, MenuChoice } from "../types";

type Of<T extends Body["type"]> = Extract<Body, { type: T }>;
export type Choose = (item: MenuChoice) => void;

/** One line for lists and for screen readers. */
export function preview(body: Body): string {
  switch (body.type) {
    case "text": return body.text.replace(/<[^>]*>/g, "");
    case "news": return body.articles?.[0]?.title ?? kind(body);
    case "menu": return body.head || kind(body);
    case "template": case "link": case "music": case "mini_program": return body.title || kind(body);
    case "location": return body.label || kind(body);
    default: return kind(body);
  }
}

function kind(body: { type: string }): string {
  return t.kind[body.type] ?? t.unsupported(body.type);
}

/** The bubble of a message, by its type. A type this page doesn't know is named, not hidden. */
export function bodyOf(body: Body, choose: Choose): HTMLElement {
  switch (body.type) {
    case "text": return h("div", { class: "bubble" }, richText(body.text));
    case "image": return image(body);
    case "voice": return h("div", { class: "bubble is-voice" }, audio(body.url, t.kind.voice));
    case "video": return video(body);
    case "music": return music(body);
    case "location": return place(body);
    case "link": return card(link(body.url, title(body.title), note(body.description)));
    case "news": return card(news(body.articles ?? []));
    case "menu": return menu(body, choose);
    case "template": return template(body);
    case "mini_program": return card(cover(body.thumbnail_url), h("div", { class: "card-body" }, title(body.title ?? body.app_id), note(t.kind.mini_program)));
    default: return h("div", { class: "bubble is-unknown" }, t.unsupported((body as { type: string }).type));
  }
}

const card = (...children: (Node | null)[]) => h("div", { class: "bubble is-card" }, ...children);
const title = (text: string | undefined) => (text ? h("strong", {}, text) : null);
const note = (text: string | undefined) => (text ? h("span", { class: "card-note card-clamp" }, text) : null);

/** A whole card as one link; without a usable address it is the same card, not clickable. */
function link(address: string | undefined, ...children: (Node | null)[]): HTMLElement {
  const url = safeUrl(address);
  const body = h("span", { class: "card-body" }, ...children);
  if (!url) return body;
  const anchor = externalLink(url, body);
  anchor.className = "card-link";
  return anchor;
}

function cover(url: string | undefined): HTMLElement | null {
  if (!url) return null;
  const picture = h("img", { class: "picture", alt: "", loading: "lazy" });
  load(picture, url);
  return picture;
}

function image(body: Of<"image">): HTMLElement {
  // The size is set before the file is there, so that the conversation doesn't jump when it comes.
  const picture = h("img", { alt: t.kind.image, width: body.width, height: body.height, loading: "lazy" });
  load(picture, body.thumbnail_url ?? body.url);
  const url = body.url?.startsWith("blob:") ? null : safeUrl(body.url);
  return h("div", { class: "bubble is-media" }, url ? externalLink(url, picture) : picture);
}

function audio(url: string | undefined, label: string | undefined): HTMLElement {
  const player = h("audio", { controls: true, preload: "metadata", "aria-label": label });
  load(player, url);
  return player;
}

function video(body: Of<"video">): HTMLElement {
  const player = h("video", {
    controls: true, preload: "metadata", playsinline: true, "aria-label": body.title || t.kind.video,
    poster: safeUrl(body.thumbnail_url),
  });
  const bubble = h("div", { class: "bubble is-media" }, player);
  load(player, body.url);
  if (!body.title && !body.description) return bubble;
  return card(...bubble.childNodes, h("div", { class: "card-body" }, title(body.title), note(body.description)));
}

function music(body: Of<"music">): HTMLElement {
  return card(cover(body.thumbnail_url), h("div", { class: "card-body" },
    title(body.title || t.kind.music), note(body.description), audio(body.hq_url || body.url, body.title || t.kind.music)));
}

function place(body: Of<"location">): HTMLElement {
  const { latitude, longitude } = body;
  const map = svg("svg", { class: "place-map", viewBox: "0 0 200 70", preserveAspectRatio: "xMidYMid slice", "aria-hidden": "true" },
    svg("path", { class: "roads", d: "M0 50 200 20M60 0 90 70M140 0 128 70" }),
    svg("path", { class: "pin", d: "M100 54s-13-13-13-23a13 13 0 0 1 26 0c0 10-13 23-13 23z" }),
    svg("circle", { class: "pin-eye", cx: "100", cy: "31", r: "5" }));
  const zoom = Math.min(Math.max(Math.round(body.scale ?? 16), 1), 19);
  const url = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=${zoom}/${latitude}/${longitude}`;
  const anchor = externalLink(url, map, h("span", { class: "card-body" },
    title(body.label || t.kind.location), note(`${Number(latitude).toFixed(5)}, ${Number(longitude).toFixed(5)}`)));
  anchor.className = "card-link";
  return card(anchor);
}

function news(articles: Article[]): HTMLElement {
  return h("ul", { class: "news" }, ...articles.map((article, index) => h("li", {}, index === 0 ? lead(article, articles.length === 1) : item(article))));
}

function lead(article: Article, alone: boolean): HTMLElement {
  const body = h("span", { class: "card-body" }, title(article.title), alone ? note(article.description) : null);
  return newsLink("news-lead", article.url, cover(article.picture_url), body);
}

function item(article: Article): HTMLElement {
  return newsLink("news-item", article.url, h("span", {}, article.title), cover(article.picture_url));
}

function newsLink(name: string, address: string, ...children: (Node | null)[]): HTMLElement {
  const url = safeUrl(address);
  const element = url ? externalLink(url) : h("div");
  element.className = name;
  element.append(...children.filter((child): child is Node => child !== null));
  return element;
}

function menu(body: Of<"menu">, choose: Choose): HTMLElement {
  const items = body.items.map((one) =>
    h("li", {}, h("button", { class: "choice", type: "button", click: () => choose(one) }, one.text)));
  return card(
    body.head ? h("div", { class: "card-body" }, richText(body.head)) : null,
    h("ul", { class: "choices" }, ...items),
    body.tail ? h("div", { class: "card-body" }, richText(body.tail)) : null);
}

function template(body: Of<"template">): HTMLElement {
  // Spans, because the card may be a link, and a link holds no list.
  const lines = body.lines.map((line) => h("span", { class: toneOf(line.color) }, line.text));
  const page = body.mini_program ? note(t.kind.mini_program) : null;
  return card(link(body.url, title(body.title), h("span", { class: "receipt" }, ...lines), page));
}
