// Mails as the server leaves them in its folder.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "./server.mjs";

function texts(folder) {
  try {
    return readdirSync(folder).sort().map((name) => readFileSync(join(folder, name), "utf8"));
  } catch {
    return [];
  }
}

/** What the newest mail to `recipient` has that fits `pattern`: its first group. */
export function mailed(server, recipient, pattern) {
  // English is mailed as it is but for long lines, Chinese and Japanese in base64.
  const plain = (text) => text.replace(/=\r?\n/g, "").replaceAll("=3D", "=")
    .replace(/(base64\s+)([\w+/=\s]+)/g, (_, head, body) => head + Buffer.from(body, "base64").toString());
  return eventually(() => {
    const to = texts(join(server.folder, "mails")).map(plain).filter((text) => text.includes(recipient));
    return to.map((text) => text.match(pattern)?.[1]).filter(Boolean).at(-1);
  }, `a mail to ${recipient}`);
}
