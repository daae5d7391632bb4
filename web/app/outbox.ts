import { api, Problem } from "./api";
import { complain } from "./toast";
import type { Pending, Store } from "./store";
import type { Body, Message, Sent } from "./types";

const WAITS = [1000, 3000, 8000];

/** Sends what the follower writes; each chat's messages leave one after another, in the order they were written. */
export class Outbox {
  readonly #lanes = new Map<string, Promise<void>>();

  constructor(readonly store: Store) {}

  send(account: string, body: Body, file?: File): void {
    const pending: Pending = {
      client_id: newId(),
      account,
      body,
      state: "sending",
      created_at: new Date().toISOString(),
      ...(file ? { file } : {}),
    };
    this.store.chat(account).pending.push(pending);
    this.#enqueue(pending);
  }

  retry(pending: Pending): void {
    pending.state = "sending";
    this.#enqueue(pending);
  }

  drop(pending: Pending): void {
    this.#forget(pending);
    this.store.tell(`chat:${pending.account}`);
  }

  /** Whether an answer is still to come that will say which sequence number our message got. */
  busy(account: string): boolean {
    return this.store.chat(account).pending.some((one) => one.state === "sending");
  }

  #enqueue(pending: Pending): void {
    this.store.tell(`chat:${pending.account}`);
    const lane = this.#lanes.get(pending.account) ?? Promise.resolve();
    this.#lanes.set(pending.account, lane.then(() => this.#deliver(pending)));
  }

  async #deliver(pending: Pending): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        this.#arrived(pending, await post(pending));
        break;
      } catch (error) {
        const wait = WAITS[attempt];
        if (wait === undefined || !(error instanceof Problem) || !error.passing) {
          pending.state = "failed";
          complain(error);
          break;
        }
        await new Promise((resolve) => setTimeout(resolve, Math.max(wait, retryAfter(error))));
      }
    }
    this.#release(pending.account);
  }

  #arrived(pending: Pending, sent: Sent): void {
    const message = { ...pending.body, ...sent, account: pending.account, from: "follower" } as Message;
    this.#forget(pending);
    this.store.chat(pending.account).merge([message]);
    this.store.touch(message, false);
  }

  #forget(pending: Pending): void {
    const chat = this.store.chat(pending.account);
    chat.pending = chat.pending.filter((one) => one !== pending);
  }

  #release(account: string): void {
    const chat = this.store.chat(account);
    if (!this.busy(account)) chat.merge(chat.held.splice(0));
    this.store.tell(`chat:${account}`);
  }
}

/** Longer than half a minute looks dead to a person; better to show it as failed and let them choose. */
function retryAfter(problem: Problem): number {
  return Math.min(problem.retryAfter, 30) * 1000;
}

async function post(pending: Pending): Promise<Sent> {
  if (pending.file && "media_id" in pending.body) {
    const media = await api.upload(pending.file);
    pending.body = { ...pending.body, media_id: media.media_id };
    delete pending.file;
  }
  return api.send(pending.account, pending.client_id, wire(pending.body));
}

/** The local preview is this page's own business. */
function wire(body: Body): Body {
  if (!("media_id" in body)) return body;
  return { type: body.type, media_id: body.media_id } as Body;
}

/** `randomUUID` is missing on plain http, where a page on the local network is opened; the random bytes are not. */
function newId(): string {
  if ("randomUUID" in crypto) return crypto.randomUUID();
  const bytes = (crypto as Crypto).getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
