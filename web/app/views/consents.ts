import { api } from "../api";
import { confirm } from "../dialog";
import { h } from "../dom";
import { t } from "../i18n";
import { complain, toast } from "../toast";
import type { Account } from "../types";

/** What the account's web pages may know of the reader, with a button to take it back. Hidden while that is nothing. */
export function consents(account: Account): HTMLElement {
  const known = h("ul", { class: "consent-list" });
  const withdraw = h("button", { class: "button is-quiet is-wide", type: "button" }, t.withdraw);
  const section = h("section", { class: "card", "aria-labelledby": "consents-title", hidden: true },
    h("h3", { id: "consents-title" }, t.consents), known, withdraw);
  const load = () => api.consents(account.account).then(({ consents }) => {
    known.replaceChildren(...consents.map(({ scope }) => h("li", {}, t.consent[scope])));
    section.hidden = consents.length === 0;
  }, complain);
  withdraw.addEventListener("click", () => {
    void takeBack(account).then((done) => {
      if (done) void load();
    });
  });
  void load();
  return section;
}

async function takeBack(account: Account): Promise<boolean> {
  if (!await confirm(t.withdrawTitle(account.name), t.withdrawText, t.withdraw)) return false;
  try {
    await api.withdraw(account.account);
  } catch (error) {
    complain(error);
    return false;
  }
  toast(t.withdrawn(account.name));
  return true;
}
