import { h } from "../dom";
import { language, setLanguage, t } from "../i18n";
import { languages } from "../messages";
import { session } from "../session";
import { currentTheme, setTheme, type Theme } from "../theme";

function choice(id: string, label: string, options: [string, string][], now: string, pick: (value: string) => void) {
  const select = h("select", { class: "select", id, change: () => pick(select.value) },
    ...options.map(([value, text]) => h("option", { value, selected: value === now }, text)));
  return h("div", { class: "field" }, h("label", { for: id }, label), select);
}

export function languageSwitch(then: () => void): HTMLElement {
  const options = Object.entries(languages).map(([tag, texts]): [string, string] => [tag, texts.language]);
  return choice("language", t.languageLabel, options, language, (value) => {
    setLanguage(value);
    then();
  });
}

function themeSwitch(): HTMLElement {
  const options: [Theme, string][] = [["system", t.themeSystem], ["light", t.themeLight], ["dark", t.themeDark]];
  return choice("theme", t.theme, options, currentTheme(), (value) => setTheme(value as Theme));
}

/** `rebuild` draws the whole page again, in the new language. */
export function settings(rebuild: () => void): HTMLElement {
  const name = session.name();
  return h("section", { class: "app-page", "aria-labelledby": "me-title" },
    h("h2", { id: "me-title", tabindex: -1 }, t.me),
    h("div", { class: "card person-card" },
      h("span", { class: "avatar is-large is-round", "aria-hidden": "true" }, [...name][0]?.toUpperCase() ?? "·"),
      h("strong", {}, name)),
    h("div", { class: "card" }, languageSwitch(rebuild), themeSwitch()),
    h("div", { class: "card" },
      h("p", { class: "muted small" }, t.signOutHint),
      h("button", { class: "button", type: "button", click: () => session.end(false) }, t.signOut)));
}
