// A company's identity provider: the oidc-provider package with its own pages for signing in, which take any name.
import { createServer } from "node:http";
import Provider from "oidc-provider";

export const CLIENT = { id: "crier", secret: "a secret that the provider gave out" };

/** Starts one that knows one client, which comes back to `redirect`. Its people are their addresses. */
export async function startProvider(redirect) {
  const server = createServer();
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirect] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: id, email_verified: true, name: "Grace Hopper" }),
    }),
  });
  server.on("request", provider.callback());
  const stop = () => { server.closeAllConnections(); return new Promise((closed) => server.close(closed)); };
  return { issuer, stop };
}

/** Signs in on its pages and agrees. */
export async function signInThere(page, email) {
  await page.locator("input[name=login]").fill(email);
  await page.locator("input[name=password]").fill("any");
  await page.locator("button[type=submit]").click();
  await page.locator("input[name=prompt][value=consent]").waitFor({ state: "attached" });
  await page.locator("button[type=submit]").click();
}
