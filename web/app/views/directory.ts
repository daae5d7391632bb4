import { api } from "../api";
import type { Context } from "../context";
import { avatar, h, icon } from "../dom";
import { t } from "../i18n";
import { link } from "../router";
import { complain } from "../toast";
import type { Account } from "../types";

const TYPING = 250;

/** The directory with its search field. */
export function directory({ store, signal }: Context, open: () => string | undefined): HTMLElement {
  const list = h("ul", { class: "inbox-items" });
  const none = h("div", { class: "empty", hidden: true }, icon("search"),
    h("h3", {}, t.noAccounts), h("p", {}, t.noAccountsHint));
  let found: Account[] = [];
  let asked = 0;
  const render = () => list.replaceChildren(...found.map((one) =>
    h("li", {}, row(store.accounts.get(one.account) ?? one, open() === one.account))));
  const ask = async () => {
    const turn = ++asked;
    const answer = await api.accounts(search.value.trim()).catch(complain);
    // Answers may overtake each other; only the last question counts.
    if (!answer || turn !== asked || signal.aborted) return;
    found = answer.accounts;
    for (const one of found) {
      store.learn(one);
      store.on(`account:${one.account}`, render, signal);
    }
    none.hidden = found.length > 0;
    render();
  };
  let timer: ReturnType<typeof setTimeout>;
  const search = h("input", {
    class: "input", type: "search", "aria-label": t.search, placeholder: t.search, autocomplete: "off",
    input: () => { clearTimeout(timer); timer = setTimeout(ask, TYPING); },
  });
  addEventListener("hashchange", render, { signal });
  void ask();
  return h("section", { class: "app-list-body", "aria-labelledby": "discover-title" },
    h("h2", { id: "discover-title", class: "app-list-title", tabindex: -1 }, t.discover),
    h("form", { class: "app-search", role: "search", submit: (event: Event) => { event.preventDefault(); void ask(); } }, search),
    list, none);
}

function row(one: Account, current: boolean): HTMLElement {
  return h("a", { class: "inbox-item", href: link.account(one.account), "aria-current": current && "true" },
    avatar(one.name, one.avatar_url),
    h("span", { class: "inbox-item-body" },
      h("span", { class: "inbox-item-top" },
        accountName(one),
        one.following && h("span", { class: "badge is-accent" }, t.following)),
      h("span", { class: "inbox-item-text" }, h("span", { class: "truncate" }, one.description || t[one.kind]))));
}

export function accountName(one: Account): HTMLElement {
  return h("strong", { class: "account-name" }, h("span", { class: "truncate" }, one.name),
    one.verified && h("span", { class: "account-verified", title: t.verified }, icon("verified", true),
      h("span", { class: "visually-hidden" }, ` ${t.verified}`)));
}
