import type { Context } from "../context";
import { avatar, h, icon } from "../dom";
import { brief, t } from "../i18n";
import { link } from "../router";
import { complain } from "../toast";
import type { Broadcast } from "../types";
import { bodyOf } from "./bubble";

/** What the followed accounts published, newest first. */
export function timeline({ store, sync, signal }: Context): HTMLElement {
  const list = h("ol", { class: "feed" });
  const none = h("div", { class: "empty", hidden: true }, icon("feed"), h("h3", {}, t.noTimeline), h("p", {}, t.noTimelineHint));
  const more = h("button", { class: "button", type: "button", hidden: true, click: () => void load() }, t.more);
  const render = () => {
    store.timelineUnseen = false;
    none.hidden = store.timeline.length > 0;
    more.hidden = !store.timelineNext;
    const known = new Map([...list.children].map((item) => [(item as HTMLElement).dataset.id, item]));
    list.replaceChildren(...store.timeline.map((item) => known.get(String(item.id)) ?? entry(item, store.avatarOf(item.account))));
  };
  const load = async () => {
    more.disabled = true;
    await sync.loadTimeline().catch(complain);
    more.disabled = false;
  };
  store.on("timeline", render, signal);
  // Without a cursor nothing was asked yet, even if the stream has already brought something.
  if (store.timelineNext === undefined) void load();
  else render();
  return h("section", { class: "app-page", "aria-labelledby": "timeline-title" },
    h("h2", { id: "timeline-title", tabindex: -1 }, t.timeline), list, none, more);
}

function entry(item: Broadcast, picture: string | null): HTMLElement {
  return h("li", { class: "feed-item", "data-id": item.id },
    h("a", { class: "feed-head", href: link.account(item.account) },
      avatar(item.name, picture, "is-small"),
      h("strong", { class: "truncate" }, item.name),
      h("time", { datetime: item.created_at }, brief(item.created_at))),
    h("div", { class: "message" }, bodyOf(item, () => {})));
}
