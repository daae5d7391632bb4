// What the script says: the server puts it into the page, in the language of the page.

export type Words = (key: string, values?: Record<string, string | number>) => string;

/** Reads the messages of a form. Places for values are written `%name%`. */
export function words(form: HTMLElement): Words {
  const said = JSON.parse(form.dataset.words ?? "{}") as Record<string, string>;
  return (key, values = {}) => (said[key] ?? key).replace(/%(\w+)%/g, (_, name: string) => String(values[name] ?? ""));
}

/** The element of this id, which the page has. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no #${id}`);
  return found as T;
}
