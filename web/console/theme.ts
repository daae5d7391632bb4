const YEAR = 60 * 60 * 24 * 365;

/** Changes the theme without a reload; the form would do the same with one. */
export function chooseTheme(event: SubmitEvent): void {
  const button = event.submitter;
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !("themeForm" in form.dataset)) return;
  if (!(button instanceof HTMLButtonElement)) return;
  event.preventDefault();
  const theme = button.value;
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  // A cookie and not local storage: the server then writes `data-theme` itself, and no page flashes.
  const age = theme === "system" ? 0 : YEAR;
  document.cookie = `crier_theme=${theme}; Path=/; Max-Age=${age}; SameSite=Lax`;
  for (const one of document.querySelectorAll<HTMLButtonElement>("[data-theme-form] button")) {
    one.setAttribute("aria-pressed", String(one.value === theme));
  }
}
