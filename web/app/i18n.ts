import { languages, type Language, type Messages } from "./messages";

const KEY = "crier.language";

function preferred(): Language {
  const kept = localStorage.getItem(KEY);
  if (kept && kept in languages) return kept as Language;
  return navigator.languages.find(known)?.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}

function known(tag: string): boolean {
  return /^(en|zh)\b/i.test(tag);
}

/** The current language's texts: read at render time, so a switch needs nothing but rendering again. */
export let t: Messages;
export let language: Language;

use(preferred());

function use(next: Language): void {
  language = next;
  t = languages[next];
  document.documentElement.lang = next;
}

export function setLanguage(next: string): void {
  if (!(next in languages)) return;
  localStorage.setItem(KEY, next);
  use(next as Language);
}

const DAY = 86_400_000;

function daysAgo(date: Date): number {
  const midnight = (day: Date) => new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
  return Math.round((midnight(new Date()) - midnight(date)) / DAY);
}

export function clock(stamp: string): string {
  return format(stamp, { hour: "numeric", minute: "2-digit" });
}

/** For lists: the time today, the weekday this week, else the date. */
export function brief(stamp: string): string {
  const age = daysAgo(new Date(stamp));
  if (age <= 0) return clock(stamp);
  if (age < 7) return format(stamp, { weekday: "short" });
  return format(stamp, { month: "numeric", day: "numeric", ...otherYear(stamp) });
}

/** For the lines between days in a conversation. */
export function day(stamp: string): string {
  const age = daysAgo(new Date(stamp));
  if (age < 0 || age > 1) return format(stamp, { weekday: "long", month: "long", day: "numeric", ...otherYear(stamp) });
  const said = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-age, "day");
  return said.charAt(0).toUpperCase() + said.slice(1);
}

function otherYear(stamp: string): Intl.DateTimeFormatOptions {
  return new Date(stamp).getFullYear() === new Date().getFullYear() ? {} : { year: "numeric" };
}

function format(stamp: string, options: Intl.DateTimeFormatOptions): string {
  const date = new Date(stamp);
  return Number.isNaN(date.getTime()) ? "" : new Intl.DateTimeFormat(language, options).format(date);
}
