import { api } from "../api";
import { h } from "../dom";
import { t } from "../i18n";
import { complain } from "../toast";
import type { Notice } from "../types";

/** An account's notices with a switch for each. Nothing is shown when there are none, or before they are there. */
export function noticeSwitches(account: string): HTMLElement {
  const box = h("div", { class: "account-notices" });
  const render = (notices: Notice[]) => {
    if (!notices.length) return;
    box.replaceChildren(h("fieldset", { class: "fieldset" },
      h("legend", {}, t.notices), ...notices.map((notice, at) => row(account, notice, at))));
  };
  void api.notices(account).then(({ notices }) => render(notices), complain);
  return box;
}

function row(account: string, notice: Notice, at: number): HTMLElement {
  const id = `notice-${at}`;
  const input = h("input", { type: "checkbox", role: "switch", id, checked: notice.accepted, change: () => void change() });
  const hint = h("p", { class: "hint" }, hintOf(notice));
  const change = async () => {
    input.disabled = true;
    const accept = input.checked;
    try {
      await api.setNotice(account, notice.template_id, accept);
      // A refusal takes back what was agreed to.
      if (!accept && notice.remaining !== undefined) notice.remaining = 0;
      hint.textContent = hintOf(notice);
    } catch (error) {
      input.checked = !accept;
      complain(error);
    } finally {
      input.disabled = false;
    }
  };
  return h("div", { class: "check" }, input, h("label", { for: id }, notice.title), hint);
}

function hintOf(notice: Notice): string {
  if (notice.kind === "once") return t.noticesLeft(notice.remaining ?? 0);
  return notice.kind === "long" ? t.noticeLasting : t.noticeMessage;
}
