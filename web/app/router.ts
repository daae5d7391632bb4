export type Tab = "chats" | "timeline" | "discover" | "me";
export interface Route { tab: Tab; chat?: string; account?: string }

/** Addresses live behind the `#`, so that the server has one page to serve and Back works. */
export function currentRoute(): Route {
  const [, first = "", second = ""] = location.hash.split("/");
  const handle = decode(second);
  if (first === "chat" && handle) return { tab: "chats", chat: handle };
  if (first === "account" && handle) return { tab: "discover", account: handle };
  if (first === "timeline" || first === "discover" || first === "me") return { tab: first };
  return { tab: "chats" };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

export const link = {
  tab: (tab: Tab) => `#/${tab}`,
  chat: (account: string) => `#/chat/${encodeURIComponent(account)}`,
  account: (account: string) => `#/account/${encodeURIComponent(account)}`,
};

/** `/app?account=HANDLE&scene=SCENE`, as QR codes carry it. Taken once: a reload doesn't count as another scan. */
export function takeInvitation(): { account: string; scene?: string } | null {
  const query = new URLSearchParams(location.search);
  const account = query.get("account");
  if (!account) return null;
  const scene = query.get("scene") ?? undefined;
  history.replaceState(null, "", `${location.pathname}${link.account(account)}`);
  return { account, ...(scene ? { scene } : {}) };
}
