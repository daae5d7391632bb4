import { api } from "./api";
import type { Outbox } from "./outbox";
import { openStream } from "./stream";
import type { Store } from "./store";
import { complain } from "./toast";
import type { Broadcast, Message } from "./types";

export const PAGE = 30;
/** How long somebody is shown to be writing. */
const TYPING = 15_000;

/** Keeps the store equal to the server: first loads, history pages, the live stream, read marks. */
export class Sync {
  /** The chat on screen while the page is visible; its messages count as read. */
  watching: string | null = null;
  /** Told about each message and broadcast that arrives live from an account. */
  arrived: (item: Message | Broadcast) => void = () => {};
  #stop = () => {};
  readonly #typings = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(readonly store: Store, readonly outbox: Outbox) {}

  start(): void {
    void this.loadConversations();
    this.#stop = openStream({
      event: (name, data) => this.#event(name, data),
      open: (again) => {
        this.#connection(true);
        if (again) void this.#catchUp();
      },
      lost: () => this.#connection(false),
    });
  }

  stop(): void {
    this.#stop();
  }

  async loadConversations(): Promise<void> {
    const answer = await api.conversations().catch(complain);
    if (!answer) return;
    this.store.conversations.clear();
    for (const conversation of answer.conversations) this.store.conversations.set(conversation.account, conversation);
    this.store.tell("conversations");
  }

  async loadChat(account: string): Promise<void> {
    const chat = this.store.chat(account);
    if (chat.loaded) return;
    const last = this.store.conversations.get(account)?.last_seq;
    const answer = await api.history(account, { limit: PAGE, ...(last ? { before: last + 1 } : {}) });
    chat.loaded = true;
    this.#page(account, answer.messages);
  }

  async loadEarlier(account: string): Promise<void> {
    const chat = this.store.chat(account);
    if (!chat.loaded || chat.complete || chat.oldest === undefined) return;
    const answer = await api.history(account, { limit: PAGE, before: chat.oldest });
    this.#page(account, answer.messages);
  }

  async loadTimeline(): Promise<void> {
    const { timelineNext, timeline } = this.store;
    const answer = await api.timeline(timeline.length ? (timelineNext ?? undefined) : undefined);
    const known = new Set(timeline.map((item) => item.id));
    this.store.timeline = [...timeline, ...answer.items.filter((item) => !known.has(item.id))];
    this.store.timelineNext = answer.next ?? null;
    this.store.tell("timeline");
  }

  /** Marks everything in the open chat as read, if somebody can see it. */
  read(account: string): void {
    const conversation = this.store.conversations.get(account);
    if (!conversation || document.hidden || this.watching !== account) return;
    if (conversation.unread === 0 && conversation.read_seq >= conversation.last_seq) return;
    conversation.read_seq = conversation.last_seq;
    conversation.unread = 0;
    this.store.tell("conversations");
    // A lost read mark mends itself with the next one; nobody needs to hear of it.
    api.read(account, conversation.last_seq).catch(() => {});
  }

  #page(account: string, messages: Message[]): void {
    const chat = this.store.chat(account);
    chat.merge(messages);
    const first = messages[0];
    if (first) chat.oldest = first.seq;
    chat.complete = messages.length < PAGE;
    this.store.tell(`chat:${account}`);
  }

  #event(name: string, data: unknown): void {
    if (name === "message" && isItem(data)) this.#message(data as Message);
    else if (name === "typing" && isTyping(data)) this.#typing(data.account, data.typing);
    else if (name === "read" && isRead(data)) this.#read(data.account, data.seq);
    else if (name === "broadcast" && isItem(data)) this.#broadcast(data as Broadcast);
  }

  #message(message: Message): void {
    const { account } = message;
    const chat = this.store.chat(account);
    const own = message.from === "follower";
    if (!own) this.#typing(account, false);
    if (own && this.outbox.busy(account)) {
      chat.held.push(message);
      return;
    }
    const fresh = chat.merge([message]).length > 0;
    const known = this.store.conversations.has(account) || this.store.accounts.has(account);
    this.store.touch(message, fresh && !own);
    // An account never heard of has a name only the server knows.
    if (!known) void this.loadConversations();
    this.store.tell(`chat:${account}`);
    this.read(account);
    if (fresh && !own) this.arrived(message);
  }

  /** Over after a while by itself: the end may never be told. */
  #typing(account: string, typing: boolean): void {
    clearTimeout(this.#typings.get(account));
    this.#typings.delete(account);
    if (typing) this.#typings.set(account, setTimeout(() => this.#typing(account, false), TYPING));
    const chat = this.store.chat(account);
    if (chat.typing === typing) return;
    chat.typing = typing;
    this.store.tell(`chat:${account}`);
  }

  #read(account: string, seq: number): void {
    const conversation = this.store.conversations.get(account);
    if (!conversation || conversation.account_read_seq >= seq) return;
    conversation.account_read_seq = seq;
    this.store.tell(`chat:${account}`);
  }

  #broadcast(item: Broadcast): void {
    if (this.store.timeline.some((one) => one.id === item.id)) return;
    this.store.timeline = [item, ...this.store.timeline];
    this.store.timelineUnseen = true;
    this.store.tell("timeline");
    this.arrived(item);
  }

  /** Last-Event-ID covers a short break; after a server's restart or a long sleep only asking is certain. */
  async #catchUp(): Promise<void> {
    await this.loadConversations();
    for (const [account, chat] of this.store.chats) {
      if (!chat.loaded) continue;
      const answer = await api.history(account, { after: chat.lastSeq, limit: 100 }).catch(() => null);
      if (!answer?.messages.length) continue;
      if (this.outbox.busy(account)) chat.held.push(...answer.messages);
      else chat.merge(answer.messages);
      this.store.tell(`chat:${account}`);
      this.read(account);
    }
  }

  #connection(up: boolean): void {
    if (this.store.connected === up) return;
    this.store.connected = up;
    this.store.tell("connection");
  }
}

function isTyping(data: unknown): data is { account: string; typing: boolean } {
  return typeof data === "object" && data !== null && "account" in data && "typing" in data;
}

function isRead(data: unknown): data is { account: string; seq: number } {
  return typeof data === "object" && data !== null && "account" in data && "seq" in data;
}

function isItem(data: unknown): data is { account: string; type: string } {
  return typeof data === "object" && data !== null && "account" in data && "type" in data;
}
