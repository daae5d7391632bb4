import { api } from "../api";
import type { Context } from "../context";
import { avatar, h, icon } from "../dom";
import { follow } from "../follow";
import { t } from "../i18n";
import { link } from "../router";
import { complain } from "../toast";
import type { Account } from "../types";
import { busy } from "./account";
import { composer, type Post } from "./composer";
import { accountName } from "./directory";
import { menuBar } from "./menu";
import { Thread } from "./thread";

/** One conversation: who it is with, what was said, what can be said. */
export function chat(context: Context, account: string): HTMLElement {
  const { store, sync, outbox, signal } = context;
  const earlier = h("button", { class: "button is-quiet is-small", type: "button", click: () => void more() }, t.earlier);
  const top = h("div", { class: "thread-top" }, earlier);
  const thread = new Thread(context, account, t.messagesWith(store.nameOf(account)), top);
  const below = h("button", { class: "button is-small to-end", type: "button", hidden: true, click: () => thread.toEnd() }, icon("down", true), t.newBelow);
  const render = () => {
    const { loaded, complete } = store.chat(account);
    if (loaded && complete && earlier.isConnected) top.replaceChildren(h("p", {}, t.start));
    earlier.hidden = !loaded;
    if (thread.render()) below.hidden = false;
  };
  const more = once(() => sync.loadEarlier(account).catch(complain));
  store.on(`chat:${account}`, render, signal);
  // A page opened at a chat knows the account's handle before its name.
  store.on(`account:${account}`, () => thread.name(t.messagesWith(store.nameOf(account))), signal);
  render();
  thread.box.addEventListener("scroll", () => {
    if (thread.atEnd) below.hidden = true;
    if (thread.box.scrollTop < 80) void more();
  }, { signal, passive: true });
  watch(context, account);
  void sync.loadChat(account).then(() => thread.toEnd(), complain);

  const post: Post = (body, file) => outbox.send(account, body, file);
  return h("section", { class: "conversation", "aria-labelledby": "chat-title" },
    head(context, account),
    thread.box,
    h("div", { class: "conversation-foot" }, below, foot(context, account, post), menuBar(account, signal)));
}

/** While the chat can be seen its messages are read; a hidden tab reads nothing. */
function watch({ sync, signal }: Context, account: string): void {
  sync.watching = account;
  sync.read(account);
  document.addEventListener("visibilitychange", () => sync.read(account), { signal });
  signal.addEventListener("abort", () => { if (sync.watching === account) sync.watching = null; });
}

function head({ store, signal }: Context, account: string): HTMLElement {
  const title = h("h2", { id: "chat-title", tabindex: -1 });
  const who = h("a", { class: "person conversation-who", href: link.account(account) });
  const render = () => {
    const known = store.accounts.get(account);
    title.replaceChildren(known ? accountName(known) : store.nameOf(account));
    who.replaceChildren(avatar(store.nameOf(account), store.avatarOf(account), "is-small"), title);
  };
  store.on(`account:${account}`, render, signal);
  store.on("conversations", render, signal);
  render();
  void api.account(account).then((card) => store.learn(card), complain);
  return h("header", { class: "conversation-head" },
    h("a", { class: "icon-button conversation-back", href: link.tab("chats"), "aria-label": t.back }, icon("back")), who);
}

/** The composer, or for somebody who doesn't follow, the button that brings it. */
function foot(context: Context, account: string, post: Post): HTMLElement {
  const { store, signal } = context;
  const box = h("div", {}, composer(account, store.nameOf(account), post, signal));
  let state = "following";
  const render = () => {
    const card = store.accounts.get(account);
    if (!card) return;
    box.querySelector("textarea")?.setAttribute("aria-label", t.writeTo(card.name));
    const now = card.closed ? "closed" : card.following ? "following" : "away";
    if (now === state) return;
    state = now;
    box.replaceChildren(now === "following" ? composer(account, card.name, post, signal) : invitation(context, card));
  };
  store.on(`account:${account}`, render, signal);
  render();
  return box;
}

function invitation(context: Context, account: Account): HTMLElement {
  if (account.closed) return h("div", { class: "composer is-closed" }, h("p", { class: "muted" }, t.accountClosed));
  return h("div", { class: "composer is-closed" }, h("p", { class: "muted" }, t.followToWrite),
    h("button", { class: "button is-primary", type: "button", click: busy(() => follow(context, account)) }, t.follow));
}

/** Scroll events come in crowds; one request at a time is enough. */
function once(work: () => Promise<unknown>): () => Promise<void> {
  let running = false;
  return async () => {
    if (running) return;
    running = true;
    await work();
    running = false;
  };
}
