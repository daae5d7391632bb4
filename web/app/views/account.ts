import { api } from "../api";
import type { Context } from "../context";
import { avatar, h, icon } from "../dom";
import { follow, moveScene, unfollow } from "../follow";
import { t } from "../i18n";
import { link } from "../router";
import { complain } from "../toast";
import type { Account } from "../types";
import { consents } from "./consents";
import { accountName } from "./directory";
import { noticeSwitches } from "./notices";

/** One account's card: who they are, and the buttons to follow, to write, to leave. */
export function accountCard(context: Context, handle: string): HTMLElement {
  const { store, signal } = context;
  const body = h("div", { class: "account-card" });
  const render = () => {
    const account = store.accounts.get(handle);
    if (account) body.replaceChildren(...card(context, account));
  };
  store.on(`account:${handle}`, render, signal);
  render();
  void api.account(handle).then((account) => {
    store.learn(account);
    if (account.account !== handle) renamed(handle, account.account);
  }, complain);
  return h("section", { class: "app-page is-centred", "aria-label": store.nameOf(handle) },
    h("a", { class: "icon-button app-back", href: link.tab("discover"), "aria-label": t.back }, icon("back")), body);
}

/** Links may carry an `app_id`; everything here goes by handle. */
function renamed(asked: string, handle: string): void {
  moveScene(asked, handle);
  location.replace(link.account(handle));
}

function card(context: Context, account: Account): Node[] {
  return [
    avatar(account.name, account.avatar_url, "is-large"),
    h("h2", { tabindex: -1 }, accountName(account)),
    h("p", { class: "muted small" }, `@${account.account} · ${t[account.kind]}`),
    h("p", { class: "account-text" }, account.description),
    h("div", { class: "account-actions" }, ...buttons(context, account)),
    ...(account.following ? [noticeSwitches(account.account)] : []),
    consents(account),
  ];
}

function buttons(context: Context, account: Account): HTMLElement[] {
  if (account.closed) return [h("p", { class: "muted" }, t.accountClosed), ...(account.following ? ways(context, account) : [])];
  if (!account.following) {
    return [h("button", { class: "button is-primary is-wide", type: "button", click: busy(() => follow(context, account)) }, t.follow)];
  }
  return ways(context, account);
}

/** For whoever follows: to what was said, and away. */
function ways(context: Context, account: Account): HTMLElement[] {
  return [
    h("a", { class: "button is-primary is-wide", href: link.chat(account.account) }, t.openChat),
    h("button", { class: "button is-quiet is-wide", type: "button", click: () => void unfollow(context, account) }, t.unfollow),
  ];
}

/** Keeps a second tap from asking twice while the first is on its way. */
export function busy(work: () => Promise<void>): (event: Event) => void {
  return (event) => {
    const button = event.currentTarget as HTMLButtonElement;
    button.disabled = true;
    void work().finally(() => { button.disabled = false; });
  };
}
