// A brand's first day: signs in, makes an account, points it at a bot, verifies, is written to, answers, and sees both
// deliveries. Then the same without script, and what must be refused.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startBot } from "./harness/bot.mjs";
import { accessible, counts, DESKTOP, fits, launch, open, PHONE } from "./harness/browser.mjs";
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
  await counts(page.locator("#app-secret"), 0, "the secret is shown once");
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

/** A second endpoint, which only listens: made, given new secrets, found in the log, and told everything again. */
async function second(page, server, handle, bot) {
  await page.goto(`${server.base}/console/accounts/${handle}/developer`);
  await accessible(page);
  await fits(page);
  await page.getByRole("link", { name: "Add endpoint" }).click();
  await page.getByLabel("URL").fill(bot.url);
  await page.getByRole("radio", { name: "Plain" }).check();
  bot.token = await page.getByLabel("Token", { exact: true }).inputValue();
  await page.getByText("Name, events, headers and limits").click();
  await page.getByLabel("Name", { exact: true }).fill("Archive");
  await page.getByRole("checkbox", { name: /^Message/ }).check();
  await page.getByLabel("Headers of your own").fill("Content-Type: text/plain");
  await accessible(page);
  await page.getByRole("button", { name: "Verify and save" }).last().click();
  await page.getByText("none that Crier sets itself").waitFor();
  await page.getByLabel("Headers of your own").fill("X-Archive: yes");
  await page.getByRole("button", { name: "Verify and save" }).last().click();
  await page.getByRole("heading", { level: 1, name: "Archive" }).waitFor();
  await page.getByText("It only listens").waitFor();
  await accessible(page);
  await fits(page);
  await page.getByLabel("Old secrets stay good for").selectOption({ label: "7 days" });
  await page.getByRole("button", { name: "Rotate secrets" }).click();
  await page.getByText("The secrets are new.").waitFor();
  await page.getByText(/Good until/).waitFor();
  const token = await page.getByLabel("Token", { exact: true }).inputValue();
  assert.notEqual(token, bot.token);
  bot.token = token;
  await page.getByRole("button", { name: "Verify", exact: true }).click();
  await page.getByText("Verified. The endpoint is on.").waitFor();
  await accessible(page);
}

/** Everything the second endpoint was told is told again, and the log finds it. */
async function recover(page, server, handle, bot) {
  await page.goto(`${server.base}/console/accounts/${handle}/deliveries`);
  await page.locator("summary", { hasText: "Filter" }).click();
  await page.getByLabel("Endpoint").selectOption({ label: "Archive" });
  await page.getByLabel("What happened").selectOption({ label: "Your backend took it." });
  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByRole("link", { name: "Show everything" }).waitFor();
  assert.deepEqual(await page.locator("tbody th").allTextContents().then((rows) => rows.map((row) => row.split(" ")[0])), ["Message"]);
  await accessible(page);
  await fits(page);
  await page.getByRole("link", { name: "Delivered" }).click();
  await counts(page.locator("tbody tr"), 1);
  await page.goto(`${server.base}/console/accounts/${handle}/developer`);
  await page.getByRole("link", { name: "Archive" }).click();
  await page.getByLabel("What to send again").selectOption({ label: "Everything" });
  await page.getByRole("button", { name: "Recover", exact: true }).click();
  await page.getByText("The recovery has begun.").waitFor();
  // It shows how far it is without a reload.
  await page.getByText("1 sent again").waitFor();
  await page.locator(".recovery").getByText("done").waitFor();
  await eventually(() => bot.pushes.length === 2, "the replay");
  await accessible(page);
  await fits(page);
  await page.getByRole("link", { name: "Delivery log" }).last().click();
  await page.locator("tbody").getByText("replay").waitFor();
}

/** The deliveries the log shows as taken. */
async function delivered(page, server, handle) {
  await page.goto(`${server.base}/console/accounts/${handle}/deliveries`);
  return page.locator("tbody").getByText("Your backend took it.").count();
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
  const archive = await startBot();
  await second(page, server, handle, archive);
  await mei("POST", `/v1/accounts/${handle}/messages`, { client_id: "3", type: "text", text: "for the archive" });
  await eventually(() => archive.pushes.length === 1, "the second endpoint's push");
  await eventually(async () => await delivered(page, server, handle) === 5, "both endpoints' deliveries taken");
  await recover(page, server, handle, archive);
  await archive.stop();
}

async function endpointsWithoutScript(page, server) {
  const bot = await startBot();
  await verify(page, server, "plain", bot);
  await page.getByRole("button", { name: "Switch off" }).click();
  await page.getByText("A member switched it off.").waitFor();
  await page.getByRole("button", { name: "Verify", exact: true }).click();
  await page.getByText("Verified. The endpoint is on.").waitFor();
  await page.getByRole("button", { name: "Use Crier events instead" }).click();
  assert.match(await page.getByLabel("Secret", { exact: true }).inputValue(), /^whsec_/);
  await page.getByRole("link", { name: "Remove endpoint" }).click();
  await page.getByRole("button", { name: "Remove endpoint" }).click();
  await page.getByText("The endpoint is removed.").waitFor();
  await page.getByRole("button", { name: "Verify and save" }).last().waitFor();
  await bot.stop();
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
      await endpointsWithoutScript(page, server);
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
