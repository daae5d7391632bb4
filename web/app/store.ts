import type { Account, Body, Broadcast, Conversation, Message } from "./types";

/** A message on its way. It keeps its `client_id` through every retry, so that it can't arrive twice. */
export interface Pending {
  client_id: string;
  account: string;
  body: Body;
  /** Present until it is uploaded. */
  file?: File;
  state: "sending" | "failed";
  created_at: string;
}

export class Chat {
  messages: Message[] = [];
  pending: Pending[] = [];
  /** The stream may bring our own message before the answer to its POST; it waits here meanwhile. */
  held: Message[] = [];
  loaded = false;
  oldest: number | undefined;
  complete = false;
  /** Somebody at the account writes an answer at this moment. */
  typing = false;

  merge(messages: Message[]): Message[] {
    const known = new Set(this.messages.map((message) => message.seq));
    const fresh = messages.filter((message) => !known.has(message.seq));
    if (fresh.length) this.messages = [...this.messages, ...fresh].sort((a, b) => a.seq - b.seq);
    return fresh;
  }

  get lastSeq(): number {
    return this.messages.at(-1)?.seq ?? 0;
  }
}

export type Topic = "conversations" | "timeline" | "connection" | `chat:${string}` | `account:${string}`;

/** Everything the page knows. Views read it and are told by topic when to read again. */
export class Store {
  readonly conversations = new Map<string, Conversation>();
  readonly accounts = new Map<string, Account>();
  readonly chats = new Map<string, Chat>();
  timeline: Broadcast[] = [];
  timelineNext: number | string | null | undefined;
  timelineUnseen = false;
  connected = true;

  readonly #listeners = new Map<Topic, Set<() => void>>();

  on(topic: Topic, listener: () => void, signal: AbortSignal): void {
    const set = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, set.add(listener));
    signal.addEventListener("abort", () => set.delete(listener));
  }

  tell(topic: Topic): void {
    for (const listener of [...(this.#listeners.get(topic) ?? [])]) listener();
  }

  chat(account: string): Chat {
    let chat = this.chats.get(account);
    if (!chat) this.chats.set(account, (chat = new Chat()));
    return chat;
  }

  learn(account: Account): void {
    this.accounts.set(account.account, account);
    this.tell(`account:${account.account}`);
  }

  /** Latest first, as the server lists them. */
  ordered(): Conversation[] {
    const stamp = (one: Conversation) => one.last_message?.created_at ?? "";
    return [...this.conversations.values()].sort((a, b) => stamp(b).localeCompare(stamp(a)));
  }

  unread(): number {
    let sum = 0;
    for (const conversation of this.conversations.values()) sum += conversation.unread;
    return sum;
  }

  nameOf(account: string): string {
    return this.conversations.get(account)?.name ?? this.accounts.get(account)?.name ?? account;
  }

  avatarOf(account: string): string | null {
    return this.conversations.get(account)?.avatar_url ?? this.accounts.get(account)?.avatar_url ?? null;
  }

  /** Puts a message at the top of the chat list. `counts` says that it was not seen. */
  touch(message: Message, counts: boolean): void {
    const { account } = message;
    const before = this.conversations.get(account);
    if (before && before.last_seq >= message.seq) return;
    this.conversations.set(account, {
      account,
      name: this.nameOf(account),
      avatar_url: this.avatarOf(account),
      read_seq: before?.read_seq ?? 0,
      account_read_seq: before?.account_read_seq ?? 0,
      last_message: message,
      last_seq: message.seq,
      unread: (before?.unread ?? 0) + (counts ? 1 : 0),
    });
    this.tell("conversations");
  }
}
