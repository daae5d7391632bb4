// A brand's first day: signs in, makes an account, points it at a bot, verifies, is written to, answers, and sees both
// deliveries. Then the same without script, and what must be refused.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startBot } from "./harness/bot.mjs";
import { accessible, DESKTOP, fits, launch, open, PHONE } from "./harness/browser.mjs";
import { engines, eventually, follower, serve } from "./harness/server.mjs";

const PASSWORD = "a long password";

function member(server, email, brand) {
  server.cli(["member", "create", "--email", email, "--brand", brand, "--password-stdin"], PASSWORD);
}

async function signIn(page, server, email) {
  await page.goto(`${server.base}/console`);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: "Accounts" }).waitFor();
}

async function createAccount(page, server, handle) {
  await page.goto(`${server.base}/console/accounts/new`);
  await page.getByRole("radio", { name: "Service account" }).check();
  await page.getByLabel("Name", { exact: true }).fill(`House ${handle}`);
  await page.getByLabel("Handle").fill(handle);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByText("Copy the app secret now.").waitFor();
  const secret = await page.locator("#app-secret").textContent();
  await page.reload();
  assert.equal(await page.locator("#app-secret").count(), 0, "the secret is shown once");
  return secret;
}

/** Points the account at the bot; the first try is before the bot knows the token, and must fail with a reason. */
async function verify(page, server, handle, bot) {
  await page.goto(`${server.base}/console/accounts/${handle}/developer`);
  await page.getByLabel("URL").fill(bot.url);
  await page.getByRole("radio", { name: "Plain" }).check();
  await page.getByRole("button", { name: "Generate token" }).click();
  await page.getByRole("button", { name: "Generate EncodingAESKey" }).click();
  await page.getByRole("button", { name: "Verify and save" }).last().click();
  await page.getByText("Nothing was saved.").waitFor();
  bot.token = await page.getByLabel("Token", { exact: true }).inputValue();
  await page.getByRole("button", { name: "Verify and save" }).last().click();
  await page.getByText("The URL answered as it should.").waitFor();
}

/** The deliveries the log shows as taken. */
async function delivered(page, server, handle) {
  await page.goto(`${server.base}/console/accounts/${handle}/deliveries`);
  return page.getByText("Your backend took it.").count();
}

async function day(page, server, bot, device) {
  const handle = `tea-${device}`;
  await createAccount(page, server, handle);
  await accessible(page);
  await verify(page, server, handle, bot);
  await accessible(page);
  await fits(page);
  const mei = follower(server, `mei-${device}`, "Mei");
  await mei("PUT", `/v1/accounts/${handle}/follow`, {});
  await mei("POST", `/v1/accounts/${handle}/messages`, { client_id: "1", type: "text", text: "hello 你好 <&> 😀" });
  await page.goto(`${server.base}/console/accounts/${handle}/inbox`);
  await page.getByRole("link", { name: /Mei/ }).click();
  const thread = page.locator("#thread");
  await thread.getByText("hello 你好 <&> 😀", { exact: true }).waitFor();
  await thread.getByText("You said: hello 你好 <&> 😀").waitFor();
  // What comes while the page is open shows without a reload.
  await mei("POST", `/v1/accounts/${handle}/messages`, { client_id: "2", type: "text", text: "are you there?" });
  await thread.getByText("are you there?", { exact: true }).waitFor();
  await page.getByPlaceholder("Write a reply").fill("Yes, we are.");
  await page.getByRole("button", { name: "Send" }).click();
  await thread.getByText("Yes, we are.").waitFor();
  await accessible(page);
  await fits(page);
  const read = await mei("GET", `/v1/accounts/${handle}/messages`);
  assert.deepEqual(read.messages.map(({ seq }) => seq), [1, 2, 3, 4, 5]);
  assert.equal(read.messages.at(-1).text, "Yes, we are.");
  // Following and both messages were told.
  await eventually(async () => await delivered(page, server, handle) === 3, "three deliveries taken");
  await accessible(page);
  await fits(page);
  await page.getByRole("link", { name: /Message/ }).first().click();
  await page.getByText("Attempt 1").waitFor();
  await page.getByRole("button", { name: "Send again" }).click();
  await page.getByText("Attempt 2").waitFor();
  await accessible(page);
  await fits(page);
}

for (const engine of engines()) {
  describe(`the console on ${engine}`, () => {
    let browser, server;
    before(async () => {
      [browser, server] = await Promise.all([launch(), serve(engine)]);
      member(server, "lin@tea.example", "Tea");
      member(server, "other@silk.example", "Silk");
    });
    after(async () => { await browser?.close(); await server?.stop(); });

    for (const [device, viewport] of [["desktop", DESKTOP], ["phone", PHONE]]) {
      it(`carries a brand's first day on a ${device}`, async () => {
        const bot = await startBot();
        const { page, faults, close } = await open(browser, viewport);
        await signIn(page, server, "lin@tea.example");
        await accessible(page);
        await day(page, server, bot, device);
        assert.deepEqual(faults, []);
        await close();
        await bot.stop();
      });
    }

    it("works without script", async () => {
      const { page, close } = await open(browser, DESKTOP, { javaScriptEnabled: false });
      await signIn(page, server, "lin@tea.example");
      await createAccount(page, server, "plain");
      const mei = follower(server, "mei-plain", "Mei");
      await mei("PUT", "/v1/accounts/plain/follow", {});
      await mei("POST", "/v1/accounts/plain/messages", { type: "text", text: "hello" });
      await page.goto(`${server.base}/console/accounts/plain/inbox`);
      await page.getByRole("link", { name: /Mei/ }).click();
      await page.getByPlaceholder("Write a reply").fill("Good day.");
      await page.getByRole("button", { name: "Send" }).click();
      await page.locator("#thread").getByText("Good day.").waitFor();
      await close();
    });

    it("speaks Chinese when asked, and in the dark", async () => {
      const { page, faults, close } = await open(browser, DESKTOP, { locale: "zh-CN", colorScheme: "dark" });
      await page.goto(`${server.base}/console/login`);
      assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
      await accessible(page);
      assert.deepEqual(faults, []);
      await close();
    });

    it("refuses strangers, wrong passwords and other brands", async () => {
      const { page, close } = await open(browser);
      await page.goto(`${server.base}/console/login`);
      await page.getByLabel("Email").fill("lin@tea.example");
      await page.getByLabel("Password").fill("not the password");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByText("Email or password is wrong.").waitFor();
      await signIn(page, server, "other@silk.example");
      const answer = await page.goto(`${server.base}/console/accounts/plain/inbox`);
      assert.equal(answer.status(), 404);
      await close();
    });
  });
}
