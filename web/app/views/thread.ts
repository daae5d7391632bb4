import type { Context } from "../context";
import { avatar, h } from "../dom";
import { clock, day, t } from "../i18n";
import type { Pending } from "../store";
import type { MenuChoice, Message } from "../types";
import { bodyOf, type Choose } from "./bubble";

const NEAR = 120;

/** The messages of one chat. Elements are made once and kept, so that a playing video survives the next message. */
export class Thread {
  readonly list = h("ol", { class: "thread" });
  readonly box: HTMLElement;
  readonly #made = new Map<string, { item: HTMLElement; state: string }>();
  #atEnd = true;
  #last = "";
  #top = 0;

  constructor(readonly context: Context, readonly account: string, label: string, top: HTMLElement) {
    this.box = h("div", { class: "conversation-scroll", tabindex: 0, role: "region", "aria-label": label }, top, this.list);
    const { signal } = context;
    this.box.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    // Pictures and the keyboard change the height after the fact.
    this.box.addEventListener("load", () => this.#settle(), { signal, capture: true });
    const resized = new ResizeObserver(() => this.#settle());
    resized.observe(this.box);
    resized.observe(this.list);
    signal.addEventListener("abort", () => resized.disconnect());
  }

  /** Draws what changed. Says whether something new came in below what the reader sees. */
  render(): boolean {
    const chat = this.context.store.chat(this.account);
    const before = this.box.scrollHeight - this.box.scrollTop;
    const items: HTMLElement[] = [];
    const read = this.#read(chat.messages);
    let lastDay = "";
    for (const message of chat.messages) {
      const today = day(message.created_at);
      if (today !== lastDay) items.push(this.#keep(`day:${today}:${message.seq}`, "", () => h("li", { class: "thread-day" }, today)));
      lastDay = today;
      items.push(this.#keep(`seq:${message.seq}`, "", () => this.#message(message)));
      if (message.seq === read) items.push(this.#keep(`read:${read}`, "", () => h("li", { class: "message is-out is-mark" },
        h("div", { class: "message-meta" }, t.read))));
    }
    for (const one of chat.pending) items.push(this.#keep(one.client_id, one.state, () => this.#pending(one)));
    if (chat.typing) items.push(this.#keep("typing", "", () => h("li", { class: "message is-typing", role: "status" },
      h("div", { class: "bubble" }, h("span", { class: "muted" }, t.typing)))));
    const last = chat.pending.at(-1)?.client_id ?? `seq:${chat.lastSeq}`;
    const added = this.#last !== "" && last !== this.#last;
    const own = chat.pending.length > 0 && added;
    this.#last = last;
    this.#place(items);
    if (own) this.#atEnd = true;
    if (this.#atEnd) this.#settle();
    else if (!added) this.box.scrollTop = this.box.scrollHeight - before;
    return added && !this.#atEnd;
  }

  /** What screen readers call it. */
  name(label: string): void {
    this.box.setAttribute("aria-label", label);
  }

  toEnd(): void {
    this.#atEnd = true;
    this.#settle();
  }

  get atEnd(): boolean {
    return this.#atEnd;
  }

  /** Only moving up leaves the end: content that grows puts distance there too, without anybody having moved. */
  #scrolled(): void {
    const up = this.box.scrollTop < this.#top;
    this.#top = this.box.scrollTop;
    if (up || !this.#atEnd) this.#atEnd = this.#distance() < NEAR;
  }

  #distance(): number {
    return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight;
  }

  #settle(): void {
    if (this.#atEnd) this.box.scrollTop = this.box.scrollHeight;
  }

  #keep(key: string, state: string, make: () => HTMLElement): HTMLElement {
    const known = this.#made.get(key);
    if (known && known.state === state) return known.item;
    const item = make();
    this.#made.set(key, { item, state });
    return item;
  }

  /** Moves only what isn't in its place: re-inserting an element would stop its sound. */
  #place(items: HTMLElement[]): void {
    const wanted = new Set(items);
    for (const child of [...this.list.children]) if (!wanted.has(child as HTMLElement)) child.remove();
    let next = this.list.firstElementChild;
    for (const item of items) {
      if (item === next) next = next.nextElementSibling;
      else this.list.insertBefore(item, next);
    }
  }

  /** The newest of one's own messages that the account has read, unless an answer came since: that says more. */
  #read(messages: Message[]): number | undefined {
    const last = messages.at(-1);
    const seen = this.context.store.conversations.get(this.account)?.account_read_seq ?? 0;
    if (!last || last.from !== "follower") return undefined;
    return messages.findLast((message) => message.from === "follower" && message.seq <= seen)?.seq;
  }

  #message(message: Message): HTMLElement {
    const own = message.from === "follower";
    return h("li", { class: own ? "message is-out" : "message" },
      bodyOf(message, this.#choose),
      h("div", { class: "message-meta" }, message.agent ? this.#agent(message.agent) : null, h("time", { datetime: message.created_at }, clock(message.created_at))));
  }

  #agent(agent: NonNullable<Message["agent"]>): HTMLElement {
    return h("span", { class: "message-agent" }, avatar(agent.name, agent.avatar_url, "is-tiny"), agent.name);
  }

  #pending(pending: Pending): HTMLElement {
    const { outbox } = this.context;
    const failed = pending.state === "failed";
    const meta = failed
      ? h("div", { class: "message-meta is-bad", role: "alert" }, t.failed,
          h("button", { type: "button", click: () => outbox.retry(pending) }, t.retry),
          h("button", { type: "button", click: () => outbox.drop(pending) }, t.remove))
      : h("div", { class: "message-meta" }, t.sending);
    return h("li", { class: `message is-out is-${pending.state}` }, bodyOf(pending.body, this.#choose), meta);
  }

  readonly #choose: Choose = (item: MenuChoice) =>
    this.context.outbox.send(this.account, { type: "text", text: item.text, menu_item: item.id });
}
