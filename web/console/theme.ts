const YEAR = 60 * 60 * 24 * 365;

/** Kept in a cookie and not in local storage: the server then writes `data-theme` itself, and no page flashes. */
export function toggleTheme(): void {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  document.cookie = `crier_theme=${root.dataset.theme}; Path=/; Max-Age=${YEAR}; SameSite=Lax`;
}
