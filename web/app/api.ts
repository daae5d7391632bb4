import type { Account, Body, Broadcast, Consent, Conversation, MenuButton, Message, Notice, Sent } from "./types";
import { session } from "./session";

/** An answer that isn't a success. `status` 0 means that no answer came at all. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    /** Seconds the server asked to be left alone, or 0. */
    readonly retryAfter = 0,
  ) {
    super(detail);
  }

  /** Whether the same request may succeed later without being changed. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

type Method = "GET" | "POST" | "PUT" | "DELETE";

async function call<T>(method: Method, path: string, body?: unknown): Promise<T> {
  const headers = new Headers({ accept: "application/json" });
  const token = session.token();
  if (token) headers.set("authorization", `Bearer ${token}`);
  const form = body instanceof FormData;
  if (body !== undefined && !form) headers.set("content-type", "application/json");
  const payload = body === undefined ? null : form ? body : JSON.stringify(body);
  const answer = await reach(path, { method, headers, body: payload });
  if (!answer.ok) throw await problemOf(answer);
  const text = await answer.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch {
    throw new Problem(0, "unreachable", "");
  }
}

/** Reads problem+json; a proxy's HTML error page becomes its status text. A refused token ends the session. */
export async function problemOf(answer: Response): Promise<Problem> {
  if (answer.status === 401) session.end();
  const said = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string; title?: string };
  const wait = Number(answer.headers.get("retry-after")) || 0;
  const detail = said.detail || said.title || `${answer.status} ${answer.statusText}`;
  return new Problem(answer.status, said.code ?? "", detail, wait);
}

const at = (account: string, rest = "") => `/v1/accounts/${encodeURIComponent(account)}${rest}`;

export const api = {
  signIn: (name: string) => call<{ token: string; expires_at: string }>("POST", "/app/sign-in", { name }),
  accounts: (q: string) => call<{ accounts: Account[] }>("GET", `/v1/accounts?q=${encodeURIComponent(q)}`),
  account: (account: string) => call<Account>("GET", at(account)),
  follow: (account: string, scene?: string) => call<unknown>("PUT", at(account, "/follow"), scene ? { scene } : {}),
  unfollow: (account: string) => call<void>("DELETE", at(account, "/follow")),
  conversations: () => call<{ conversations: Conversation[] }>("GET", "/v1/conversations"),
  history: (account: string, query: { before?: number; after?: number; limit: number }) =>
    call<{ messages: Message[]; last_seq: number }>("GET", at(account, `/messages?${params(query)}`)),
  send: (account: string, client_id: string, body: Body) =>
    call<Sent>("POST", at(account, "/messages"), { client_id, ...body }),
  read: (account: string, seq: number) => call<void>("POST", at(account, "/read"), { seq }),
  typing: (account: string, typing: boolean) => call<void>("POST", at(account, "/typing"), { typing }),
  menu: (account: string) => call<{ buttons: MenuButton[] }>("GET", at(account, "/menu")),
  tap: (account: string, button: string) => call<void>("POST", at(account, "/menu/tap"), { button }),
  notices: (account: string) => call<{ notices: Notice[] }>("GET", at(account, "/notices")),
  setNotice: (account: string, template: string, accept: boolean) =>
    call<void>("PUT", at(account, `/notices/${encodeURIComponent(template)}`), { accept }),
  consents: (account: string) => call<{ consents: Consent[] }>("GET", at(account, "/consents")),
  withdraw: (account: string) => call<void>("DELETE", at(account, "/consents")),
  timeline: (before?: number | string) =>
    call<{ items: Broadcast[]; next?: number | string | null }>("GET", `/v1/timeline?${params({ before })}`),
  upload(file: File) {
    const form = new FormData();
    form.append("file", file);
    return call<{ media_id: string; type: string; size: number }>("POST", "/v1/media", form);
  },
};

function params(query: Record<string, number | string | undefined>): string {
  const said = Object.entries(query).filter((pair): pair is [string, string | number] => pair[1] !== undefined);
  return new URLSearchParams(said.map(([key, value]) => [key, String(value)])).toString();
}
