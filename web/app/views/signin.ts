import { api } from "../api";
import { h } from "../dom";
import { t } from "../i18n";
import { session } from "../session";
import { complain } from "../toast";
import { languageSwitch } from "./settings";

/** The first page: a name, and in. `ended` says that a session was there and is over. */
export function signIn(root: HTMLElement, ended: boolean, then: () => void): void {
  const name = h("input", {
    class: "input", id: "name", name: "name", required: true, maxlength: 64,
    autocomplete: "nickname", value: session.name(), "aria-describedby": "name-hint",
  });
  const button = h("button", { class: "button is-primary is-wide" }, t.signIn);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const said = name.value.trim();
    if (!said) return name.focus();
    button.disabled = true;
    const answer = await api.signIn(said).catch(complain);
    button.disabled = false;
    if (!answer) return;
    session.begin(answer.token, said);
    then();
  };
  const form = h("form", { class: "form", submit },
    h("div", { class: "field" },
      h("label", { for: "name" }, t.signInName), name,
      h("p", { class: "hint", id: "name-hint" }, t.signInHint)),
    button);
  root.className = "login app-welcome";
  root.replaceChildren(h("main", { class: "login-card" },
    h("img", { class: "logo", src: "/assets/icon.svg", alt: "", width: 56, height: 56 }),
    h("div", {}, h("h1", {}, t.signInTitle), h("p", { class: "muted" }, t.signInLead)),
    ended && h("p", { class: "notice is-warn" }, t.signedOut),
    form,
    languageSwitch(() => signIn(root, ended, then))));
  name.focus();
}
