/**
 * Passkeys: forms with `data-passkey` ask at `data-ask`, let the device make (`create`) or show (`get`) a key, and send
 * its answer to `data-answer`, which says where to go on or what was wrong. Without a device that can, they stay away.
 */
interface Asked { ceremony: string; options: { publicKey: never } }
interface Told { to?: string; error?: string }

async function send<T>(form: HTMLFormElement, path: string, more: Record<string, string> = {}): Promise<T> {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  for (const [name, value] of Object.entries(more)) body.set(name, value);
  const answer = await fetch(path, { method: "POST", body, headers: { accept: "application/json" } });
  const type = answer.headers.get("content-type") ?? "";
  if (!type.includes("json")) throw new Error(`${path}: ${answer.status}`);
  return await answer.json() as T;
}

async function key(manner: string | undefined, options: Asked["options"]): Promise<Credential | null> {
  if (manner === "create") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options.publicKey) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey) });
}

/** The sentence to show, unless the page has moved on. */
async function ceremony(form: HTMLFormElement): Promise<string> {
  const { passkey, ask = "", answer = "", failed = "" } = form.dataset;
  try {
    const asked = await send<Partial<Asked> & Told>(form, ask);
    if (asked.error || !asked.options || !asked.ceremony) return asked.error ?? failed;
    const made = await key(passkey, asked.options);
    if (!(made instanceof PublicKeyCredential)) return failed;
    const told = await send<Told>(form, answer, { ceremony: asked.ceremony, answer: JSON.stringify(made.toJSON()) });
    if (!told.to) return told.error ?? failed;
    location.assign(told.to);
    return "";
  } catch {
    // Declined, too late, a key that is known already, or no way to the server: the same to whoever looks.
    return failed;
  }
}

async function submitted(event: SubmitEvent): Promise<void> {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.dataset.passkey) return;
  event.preventDefault();
  const button = form.querySelector("button");
  const fault = form.querySelector<HTMLElement>("[role=alert]");
  if (button) button.disabled = true;
  if (fault) fault.hidden = true;
  const said = await ceremony(form);
  if (button) button.disabled = false;
  if (!fault || !said) return;
  fault.textContent = said;
  fault.hidden = false;
}

const able = "PublicKeyCredential" in window && "parseCreationOptionsFromJSON" in PublicKeyCredential;
if (able) document.addEventListener("submit", (event) => void submitted(event));
else for (const form of document.querySelectorAll<HTMLElement>("[data-passkey]")) form.hidden = true;
