import { createParser } from "eventsource-parser";
import { session } from "./session";

export interface StreamEvents {
  event(name: string, data: unknown): void;
  /** `again` is true when a connection was lost before: what happened meanwhile is worth asking for. */
  open(again: boolean): void;
  lost(): void;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
/** The server sends comments to keep proxies awake; silence this long means a dead connection. */
const SILENCE = 90_000;

/** EventSource can't send an Authorization header, so the stream is read with fetch. Returns what stops it. */
export function openStream(events: StreamEvents): () => void {
  let stopped = false;
  let lastId = "";
  let wait = FIRST_WAIT;
  let opened = false;
  let abort = new AbortController();
  let wake = () => {};

  const online = () => wake();
  addEventListener("online", online);
  void run();
  return () => {
    stopped = true;
    removeEventListener("online", online);
    abort.abort();
    wake();
  };

  async function run(): Promise<void> {
    while (!stopped) {
      abort = new AbortController();
      await connect().catch(() => {});
      if (stopped) return;
      events.lost();
      // Spread out, or a restarted server would be met by everybody in the same instant.
      await pause(wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
  }

  async function connect(): Promise<void> {
    const headers = new Headers({ accept: "text/event-stream", authorization: `Bearer ${session.token() ?? ""}` });
    if (lastId) headers.set("last-event-id", lastId);
    const answer = await fetch("/v1/stream", { headers, cache: "no-store", signal: abort.signal });
    if (answer.status === 401) return session.end();
    // A server restored from a backup doesn't know the cursor; the store asks for what it missed.
    if (answer.status === 400) lastId = "";
    if (!answer.ok || !answer.body) throw new Error(`stream: ${answer.status}`);
    wait = FIRST_WAIT;
    events.open(opened);
    opened = true;
    await read(answer.body.getReader());
  }

  async function read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    const parser = createParser({
      onEvent(item) {
        if (item.id) lastId = item.id;
        events.event(item.event ?? "message", parsed(item.data));
      },
      onRetry(milliseconds) { wait = milliseconds; },
    });
    for (;;) {
      const timer = setTimeout(() => abort.abort(), SILENCE);
      const { done, value } = await reader.read().finally(() => clearTimeout(timer));
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
    }
  }

  function pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => { clearTimeout(timer); resolve(); };
    });
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
