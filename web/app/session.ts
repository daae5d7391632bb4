const TOKEN = "crier.token";
const NAME = "crier.name";

let onEnd: (expired: boolean) => void = () => {};

/** Who is signed in on this device. The token outlives the tab; the name only fills the next sign-in form. */
export const session = {
  token: () => localStorage.getItem(TOKEN),
  name: () => localStorage.getItem(NAME) ?? "",
  begin(token: string, name: string): void {
    localStorage.setItem(TOKEN, token);
    localStorage.setItem(NAME, name);
  },
  /** `expired` says that the server ended it, not the person. */
  end(expired = true): void {
    if (localStorage.getItem(TOKEN) === null) return;
    localStorage.removeItem(TOKEN);
    onEnd(expired);
  },
  whenEnded(then: (expired: boolean) => void): void {
    onEnd = then;
  },
};
