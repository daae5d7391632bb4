import { h } from "./dom";

const LINK = /<a\b[^>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>([\s\S]*?)<\/a\s*>/gi;
const BARE = /\bhttps?:\/\/[^\s<>"'，。！？、；：（）《》“”]+[^\s<>"'.,!?;:)\]，。！？、；：（）《》“”]/gi;

/** The address if it is plain http or https, else null: `javascript:` and friends must stay text. */
export function safeUrl(address: string | undefined | null): string | null {
  if (!address) return null;
  try {
    const url = new URL(address, location.origin);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

export function externalLink(url: string, ...children: (Node | string)[]): HTMLAnchorElement {
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** Accounts may write `<a href>` as on WeChat. Those become links; any other markup stays visible as text. */
export function richText(text: string): DocumentFragment {
  const out = new DocumentFragment();
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const url = safeUrl(decoded(match[1] ?? match[2] ?? ""));
    if (!url) continue;
    out.append(withBareLinks(text.slice(end, match.index)), externalLink(url, decoded(match[3] ?? "")));
    end = match.index + match[0].length;
  }
  out.append(withBareLinks(text.slice(end)));
  return out;
}

function withBareLinks(text: string): DocumentFragment {
  const out = new DocumentFragment();
  let end = 0;
  for (const match of text.matchAll(BARE)) {
    const url = safeUrl(match[0]);
    if (!url) continue;
    out.append(text.slice(end, match.index), externalLink(url, match[0]));
    end = match.index + match[0].length;
  }
  out.append(text.slice(end));
  return out;
}

const ENTITIES: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };

/** Inside a link only: bots escape `&` in addresses as HTML asks for, while plain text is sent as it reads. */
function decoded(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}
