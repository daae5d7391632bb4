import { session } from "./session";
import { h } from "./dom";
import { t } from "./i18n";
import { externalLink, safeUrl } from "./richtext";

type Player = HTMLImageElement | HTMLVideoElement | HTMLAudioElement;

/**
 * Gives a media element its source. Where the plain request is refused, the file is fetched with the follower's token;
 * what can't be shown at all becomes a link, because the content policy allows media from this server only.
 */
export function load(element: Player, url: string | undefined): void {
  const address = url?.startsWith("blob:") ? url : safeUrl(url);
  // Deferred, because the caller has yet to put the element into the page.
  if (!address || !shown(address)) return queueMicrotask(() => replaceBroken(element, address));
  element.addEventListener("error", () => void withToken(element, address), { once: true });
  element.src = address;
}

/** Asking for a file from elsewhere would only be refused, with a warning in the log for each. */
function shown(address: string): boolean {
  return address.startsWith("blob:") || new URL(address).origin === location.origin;
}

async function withToken(element: Player, address: string): Promise<void> {
  const blob = address.startsWith("blob:") ? null : await fetchBlob(address);
  if (!blob) return replaceBroken(element, address);
  element.addEventListener("error", () => replaceBroken(element, address), { once: true });
  element.src = URL.createObjectURL(blob);
}

async function fetchBlob(address: string): Promise<Blob | null> {
  try {
    const answer = await fetch(address, { headers: { authorization: `Bearer ${session.token() ?? ""}` } });
    return answer.ok ? await answer.blob() : null;
  } catch {
    return null;
  }
}

function replaceBroken(element: Player, address: string | null): void {
  // A card's picture is decoration: its title says what it is.
  if (element.matches(".picture")) return element.remove();
  const inLink = element.closest("a");
  const link = address && !address.startsWith("blob:") && !inLink ? externalLink(address, t.openLink) : null;
  const note = h("span", { class: "bubble is-broken" }, t.broken, link ? " · " : null, link);
  element.replaceWith(note);
}
