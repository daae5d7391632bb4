// An owner makes the brand safe: a second step of her own, passkeys, her sessions, a forgotten password, and the company's
// identity provider; a colleague is led to set up a second step.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Secret, TOTP } from "otpauth";
import { arrive, DESKTOP, launch, look, open, PHONE } from "./harness/browser.mjs";
import { CLIENT, signInThere, startProvider } from "./harness/identity.mjs";
import { mailed } from "./harness/mails.mjs";
import { engines, serve } from "./harness/server.mjs";

const PASSWORD = "a long password";
const OWN = "/console/settings/sign-in";

async function fillIn(page, server, email, password = PASSWORD) {
  await page.goto(`${server.base}/console/login`);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

const home = (page) => page.getByRole("heading", { level: 1, name: "Accounts" }).waitFor();

/** What the app shows at this many half minutes from now: each counts once. */
function code(secret, steps) {
  const totp = new TOTP({ secret: Secret.fromBase32(secret.replaceAll(" ", "")) });
  return totp.generate({ timestamp: Date.now() + steps * 30_000 });
}

/** Sets an app up: its key and the recovery codes. */
async function setUpApp(page, server) {
  await page.goto(`${server.base}/console/settings`);
  await look(page, "security-settings");
  await page.getByRole("link", { name: "Open", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Signing in" }).waitFor();
  await look(page, "security-none");
  await page.getByRole("button", { name: "Set up" }).click();
  await page.getByRole("img", { name: "QR code" }).waitFor();
  await look(page, "security-app");
  const secret = await page.locator("#app-secret").textContent();
  await page.getByLabel("Code", { exact: true }).fill("000000");
  await page.getByRole("button", { name: "Turn on" }).click();
  await page.getByText("This code is wrong").waitFor();
  await page.getByLabel("Code", { exact: true }).fill(code(secret, -1));
  await page.getByRole("button", { name: "Turn on" }).click();
  await page.getByText("They are shown this once.").waitFor();
  await look(page, "security-codes");
  const codes = await page.locator("#codes li").allTextContents();
  assert.equal(codes.length, 10);
  await page.getByRole("link", { name: "I have kept them" }).click();
  return { secret, codes };
}

/** Signs in a second browser with a code, sees both, and ends the first. */
async function sessions(browser, server, first, email, secret, viewport) {
  const second = await open(browser, viewport);
  const { page } = second;
  await fillIn(page, server, email);
  await page.getByRole("heading", { name: "Second step" }).waitFor();
  await look(page, "security-step");
  await page.getByLabel("Code", { exact: true }).fill(code(secret, 0));
  await page.getByRole("button", { name: "Go on" }).click();
  await home(page);
  await page.goto(`${server.base}${OWN}`);
  await page.getByText("this one").waitFor();
  await page.getByRole("button", { name: /^Sign out: Chrome on Linux/ }).click();
  await page.getByText("That browser is signed out.").waitFor();
  await first.goto(`${server.base}/console`);
  await first.getByLabel("Password").waitFor();
  return second;
}

/** A device that keeps passkeys and knows its owner. */
async function withDevice(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal",
    hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
}

async function passkeys(page, server, email) {
  await withDevice(page);
  await page.goto(`${server.base}${OWN}`);
  await page.getByLabel("What to call the new passkey").fill("My laptop");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByText("The passkey is there.").waitFor();
  await page.getByLabel("Name: My laptop", { exact: true }).fill("Work laptop");
  await page.getByRole("button", { name: "Rename: My laptop" }).click();
  await page.getByText("Saved.").waitFor();
  await look(page, "security-passkey");
  // Instead of the password, and after it.
  await page.context().clearCookies();
  await page.goto(`${server.base}/console/login`);
  await look(page, "security-login");
  const zone = await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  assert.equal(await page.locator("[data-passkey] [name=time_zone]").inputValue(), zone);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await home(page);
  await page.context().clearCookies();
  await fillIn(page, server, email);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await home(page);
  await page.goto(`${server.base}${OWN}`);
  await arrive(page, () => page.getByRole("link", { name: "Remove: Work laptop" }).click());
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByText("The passkey is removed.").waitFor();
}

async function forgotten(page, server, email, codes) {
  await page.goto(`${server.base}${OWN}/app/remove`);
  await look(page, "security-app-remove");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByLabel("Code", { exact: true }).fill(codes[0]);
  await page.getByRole("button", { name: "Turn off" }).click();
  await page.getByText("The app is off.").waitFor();
  await page.context().clearCookies();
  await page.goto(`${server.base}/console/login`);
  await arrive(page, () => page.getByRole("link", { name: "Forgot your password?" }).click());
  await look(page, "security-forgotten");
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Send link" }).click();
  await page.getByText("a link is on its way").waitFor();
  await page.goto(await mailed(server, email, /(http:\S+\/console\/forgotten\/[\w-]{43})/));
  await look(page, "security-reset");
  await page.getByLabel("New password").fill("another long password");
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByText("The password is new.").waitFor();
  await fillIn(page, server, email, "another long password");
  await home(page);
}

/** Sets the provider; a colleague who is not in the brand yet comes in through it. */
async function provider(browser, server, owner, viewport) {
  // Each brand has a domain of its own: one address would lead to both.
  const domain = `hopper-${viewport.width}.example`;
  await owner.goto(`${server.base}/console/sign-in-rules`);
  const redirect = await owner.locator("#redirect-url").textContent();
  const identity = await startProvider(redirect);
  await owner.getByLabel("Issuer URL").fill(identity.issuer);
  await owner.getByLabel("Client ID").fill(CLIENT.id);
  await owner.getByLabel("Client secret").fill(CLIENT.secret);
  await owner.getByLabel("E-mail domains").fill(domain);
  await owner.getByLabel("Who is not a member yet").selectOption({ label: "Editor" });
  await owner.getByRole("button", { name: "Save provider" }).click();
  await owner.getByText("Saved.").waitFor();
  await look(owner, "security-rules");
  const { page, close } = await open(browser, viewport);
  await page.goto(`${server.base}/console/login`);
  await arrive(page, () => page.getByRole("link", { name: "Single sign-on" }).click());
  await look(page, "security-sso");
  await page.getByLabel("Email").fill(`grace@${domain}`);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("link", { name: /^Go on to / }).waitFor();
  await look(page, "security-sso-found");
  await page.getByRole("link", { name: /^Go on to / }).click();
  await signInThere(page, `grace@${domain}`);
  await home(page);
  await page.goto(`${server.base}/console/settings`);
  await page.getByText(`grace@${domain}`).first().waitFor();
  await page.goto(`${server.base}${OWN}`);
  await look(page, "security-vouched");
  await Promise.all([close(), identity.stop()]);
}

/** From now on everybody needs a second step, and whoever has none is led to it. */
async function rule(browser, server, owner, colleague, viewport) {
  await owner.goto(`${server.base}/console/team`);
  await look(owner, "security-team");
  await owner.getByRole("link", { name: /^Reset second step: / }).first().click();
  await owner.getByText("They are told by mail.").waitFor();
  await look(owner, "security-reset-steps");
  await owner.goto(`${server.base}/console/sign-in-rules`);
  await owner.getByLabel("Every member needs a second step").check();
  await owner.getByRole("button", { name: "Save second step" }).click();
  const { page, faults, close } = await open(browser, viewport);
  await fillIn(page, server, colleague);
  await page.getByText("Your brand wants a second step from everybody.").waitFor();
  await look(page, "security-owed");
  assert.deepEqual(faults, []);
  await close();
}

for (const engine of engines()) {
  describe(`an owner's sign-in on ${engine}`, () => {
    let browser, server;
    before(async () => { [browser, server] = await Promise.all([launch(), serve(engine, "localhost")]); });
    after(async () => { await browser?.close(); await server?.stop(); });

    for (const [device, viewport] of [["desktop", DESKTOP], ["phone", PHONE]]) {
      it(`is made safe on a ${device}`, async () => {
        const [email, colleague] = [`ada-${device}@tea.example`, `bob-${device}@tea.example`];
        for (const one of [email, colleague]) {
          server.cli(["member", "create", "--email", one, "--brand", `Tea on a ${device}`, "--password-stdin"], PASSWORD);
        }
        const first = await open(browser, viewport);
        await fillIn(first.page, server, email);
        await home(first.page);
        const { secret, codes } = await setUpApp(first.page, server);
        const second = await sessions(browser, server, first.page, email, secret, viewport);
        await passkeys(second.page, server, email);
        await forgotten(second.page, server, email, codes);
        await provider(browser, server, second.page, viewport);
        await rule(browser, server, second.page, colleague, viewport);
        assert.deepEqual([...first.faults, ...second.faults], []);
        await Promise.all([first.close(), second.close()]);
      });
    }
  });
}
