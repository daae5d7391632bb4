import type { Outbox } from "./outbox";
import type { Store } from "./store";
import type { Sync } from "./sync";

/** What a view needs. `signal` aborts when the view leaves the page, and every listener goes with it. */
export interface Context {
  store: Store;
  sync: Sync;
  outbox: Outbox;
  signal: AbortSignal;
}
