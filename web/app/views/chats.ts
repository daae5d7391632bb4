import type { Context } from "../context";
import { avatar, h, icon } from "../dom";
import { brief, t } from "../i18n";
import { link } from "../router";
import type { Conversation } from "../types";
import { preview } from "./bubble";

/** The list of conversations, latest first. */
export function chatList({ store, signal }: Context, open: () => string | undefined): HTMLElement {
  const list = h("ul", { class: "inbox-items" });
  const none = h("div", { class: "empty" }, icon("chats"), h("h3", {}, t.noChats), h("p", {}, t.noChatsHint),
    h("a", { class: "button is-primary", href: link.tab("discover") }, t.findAccounts));
  const render = () => {
    const conversations = store.ordered();
    none.hidden = conversations.length > 0;
    const focused = document.activeElement?.getAttribute("href");
    list.replaceChildren(...conversations.map((one) => h("li", {}, row(one, open() === one.account))));
    // Rows are drawn anew when a message arrives; whoever walks them by keyboard keeps their place.
    if (focused) list.querySelector<HTMLElement>(`a[href="${CSS.escape(focused)}"]`)?.focus();
  };
  store.on("conversations", render, signal);
  addEventListener("hashchange", render, { signal });
  render();
  return h("section", { class: "app-list-body", "aria-labelledby": "chats-title" },
    h("h2", { id: "chats-title", class: "app-list-title", tabindex: -1 }, t.chats), list, none);
}

function row(one: Conversation, current: boolean): HTMLElement {
  const last = one.last_message;
  return h("a", { class: "inbox-item", href: link.chat(one.account), "aria-current": current && "true" },
    avatar(one.name, one.avatar_url),
    h("span", { class: "inbox-item-body" },
      h("span", { class: "inbox-item-top" },
        h("strong", { class: "truncate" }, one.name),
        last && h("time", { datetime: last.created_at }, brief(last.created_at))),
      h("span", { class: "inbox-item-text" },
        h("span", { class: "truncate" }, last ? preview(last) : ""),
        one.unread > 0 && h("span", { class: "count" }, h("span", { "aria-hidden": "true" }, one.unread > 99 ? "99+" : String(one.unread)),
          h("span", { class: "visually-hidden" }, ` ${t.unread(one.unread)}`)))));
}
