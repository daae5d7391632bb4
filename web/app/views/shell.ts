import type { Context } from "../context";
import { h, icon, type IconName } from "../dom";
import { t } from "../i18n";
import { currentRoute, link, type Route, type Tab } from "../router";
import { accountCard } from "./account";
import { chat } from "./chat";
import { chatList } from "./chats";
import { directory } from "./directory";
import { settings } from "./settings";
import { timeline } from "./timeline";

const TABS: [Tab, IconName][] = [["chats", "chats"], ["timeline", "feed"], ["discover", "discover"], ["me", "me"]];

/** The frame: sections on the side (on phones below), a list, and what was picked from it. */
export class Shell {
  readonly #list = h("div", { class: "app-list" });
  readonly #detail = h("div", { class: "app-detail", id: "detail" });
  readonly #nav = h("nav", { class: "app-nav", "aria-label": t.nav });
  readonly #offline = h("p", { class: "app-offline", role: "status", hidden: true });
  #shown: { list: string; detail: string } = { list: "", detail: "" };
  #listLife = new AbortController();
  #detailLife = new AbortController();

  constructor(readonly root: HTMLElement, readonly context: Context, readonly rebuild: () => void) {
    root.className = "app";
    root.replaceChildren(
      h("a", { class: "skip", href: "#detail", click: (event: Event) => this.#skip(event) }, t.skip),
      h("header", { class: "app-side" }, h("h1", {}, h("img", { src: "/assets/icon.svg", alt: "Crier", width: 36, height: 36 })), this.#nav),
      h("main", { class: "app-body" }, this.#list, this.#detail),
      this.#offline);
    const { store, signal } = context;
    store.on("conversations", () => this.#drawNav(), signal);
    store.on("timeline", () => this.#drawNav(), signal);
    store.on("connection", () => this.#drawConnection(), signal);
    addEventListener("hashchange", () => this.#show(true), { signal });
    signal.addEventListener("abort", () => { this.#listLife.abort(); this.#detailLife.abort(); });
    this.#show(false);
  }

  #show(moved: boolean): void {
    const route = currentRoute();
    const detail = route.chat ?? route.account;
    this.root.dataset.tab = route.tab;
    this.root.toggleAttribute("data-open", detail !== undefined);
    this.#drawList(route.tab);
    this.#drawDetail(route);
    this.#drawNav();
    if (moved) this.#focus(detail !== undefined || route.tab === "timeline" || route.tab === "me");
  }

  #drawList(tab: Tab): void {
    if (this.#shown.list === tab) return;
    this.#shown.list = tab;
    this.#listLife.abort();
    this.#listLife = new AbortController();
    const context = { ...this.context, signal: this.#listLife.signal };
    if (tab === "chats") this.#list.replaceChildren(chatList(context, () => currentRoute().chat));
    else if (tab === "discover") this.#list.replaceChildren(directory(context, () => currentRoute().account));
    else this.#list.replaceChildren();
  }

  #drawDetail(route: Route): void {
    const key = `${route.tab}/${route.chat ?? route.account ?? ""}`;
    if (this.#shown.detail === key) return;
    this.#shown.detail = key;
    this.#detailLife.abort();
    this.#detailLife = new AbortController();
    this.#detail.replaceChildren(this.#detailOf(route, { ...this.context, signal: this.#detailLife.signal }));
    this.#detail.scrollTop = 0;
  }

  #detailOf(route: Route, context: Context): HTMLElement {
    if (route.chat) return chat(context, route.chat);
    if (route.account) return accountCard(context, route.account);
    if (route.tab === "timeline") return timeline(context);
    if (route.tab === "me") return settings(this.rebuild);
    const discover = route.tab === "discover";
    return h("div", { class: "empty app-nothing" }, icon(discover ? "discover" : "chats"),
      h("p", {}, h("strong", {}, discover ? t.pickAccount : t.pickChat)),
      h("p", {}, discover ? t.pickAccountHint : t.pickChatHint));
  }

  #drawNav(): void {
    const { store } = this.context;
    const now = currentRoute().tab;
    const unread = store.unread();
    document.title = unread ? `(${unread}) Crier` : "Crier";
    const focused = document.activeElement?.getAttribute("href");
    this.#nav.replaceChildren(...TABS.map(([tab, name]) => {
      const mark = tab === "chats" && unread > 0
        ? h("span", { class: "count", "aria-label": t.unread(unread), role: "img" }, unread > 99 ? "99+" : String(unread))
        : tab === "timeline" && store.timelineUnseen && now !== "timeline" ? h("span", { class: "app-dot" }) : null;
      return h("a", { href: link.tab(tab), "aria-current": tab === now && "page" },
        h("span", { class: "app-nav-icon" }, icon(name), mark), t[tab]);
    }));
    if (focused) this.#nav.querySelector<HTMLElement>(`a[href="${CSS.escape(focused)}"]`)?.focus();
  }

  #drawConnection(): void {
    const { store } = this.context;
    // A blink of the network isn't news.
    setTimeout(() => {
      this.#offline.hidden = store.connected;
      this.#offline.textContent = store.connected ? "" : t.offline;
    }, store.connected ? 0 : 2000);
  }

  /** Sends the keyboard and the screen reader where the eye goes; a chat's field only where no keyboard pops up. */
  #focus(detail: boolean): void {
    const pane = detail ? this.#detail : this.#list;
    const field = matchMedia("(pointer: fine)").matches ? pane.querySelector<HTMLElement>(".composer textarea") : null;
    (field ?? pane.querySelector<HTMLElement>("h2"))?.focus({ preventScroll: true });
  }

  #skip(event: Event): void {
    event.preventDefault();
    this.#focus(this.root.hasAttribute("data-open") || !this.#list.hasChildNodes());
  }
}
