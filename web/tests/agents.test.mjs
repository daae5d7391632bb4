// A person is handed over by the bot: an agent takes the conversation, answers, gives it away and closes it, and the bot
// is told again afterwards. Then the same without script.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startBot } from "./harness/bot.mjs";
import { accessible, arrive, DESKTOP, fits, launch, open, PHONE } from "./harness/browser.mjs";
import { engines, eventually, follower, serve } from "./harness/server.mjs";

const PASSWORD = "a long password";

async function signIn(browser, server, email, viewport, options) {
  const opened = await open(browser, viewport, options);
  const { page } = opened;
  await page.goto(`${server.base}/console`);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: "Accounts" }).waitFor();
  return opened;
}

async function addAgent(page, base, name, nickname) {
  await page.goto(`${base}/agents`);
  await page.getByLabel("Name in calls").fill(name);
  await page.getByLabel("Nickname").fill(nickname);
  await page.getByRole("button", { name: "Add agent" }).click();
  await page.getByText("Say who works as it.").waitFor();
}

async function check(page) {
  await accessible(page);
  await fits(page);
}

/** The owner makes two agents, is one, and invites a colleague to be the other, who accepts. */
async function hire(owner, mia, base) {
  await owner.goto(`${base}/agents`);
  await owner.getByText("No agents yet").waitFor();
  await check(owner);
  await addAgent(owner, base, "lin", "Lin");
  await check(owner);
  await owner.getByRole("button", { name: "Work as this agent yourself" }).click();
  await owner.getByText("The agent has a member now.").waitFor();
  await addAgent(owner, base, "mia", "Mia");
  await owner.getByLabel("Email").fill("nobody@tea.example");
  await owner.getByRole("button", { name: "Send invitation" }).click();
  await owner.getByText("This is nobody of the brand").waitFor();
  await owner.getByLabel("Email").fill("mia@tea.example");
  await owner.getByRole("button", { name: "Send invitation" }).click();
  await owner.getByText("Invited. They see it in their inbox.").waitFor();
  await mia.goto(`${base}/inbox`);
  await mia.getByText("You are invited to answer followers as Mia.").waitFor();
  await check(mia);
  await mia.getByRole("button", { name: "Accept" }).click();
  await mia.getByText("The agent has a member now.").waitFor();
  await owner.goto(`${base}/agents`);
  await owner.getByRole("link", { name: "Mia" }).waitFor();
  await check(owner);
}

/** Both say that they are there. */
async function begin(pages, base) {
  for (const page of pages) {
    await page.goto(`${base}/inbox`);
    await page.getByRole("button", { name: "Go online" }).click();
    await page.getByRole("button", { name: "Go offline" }).waitFor();
  }
}

async function attend(owner, mia, base, handle, server, bot) {
  const jo = follower(server, `jo-${handle}`, "Jo");
  const say = (text) => jo("POST", `/v1/accounts/${handle}/messages`, { type: "text", text });
  await jo("PUT", `/v1/accounts/${handle}/follow`, {});
  await owner.goto(`${base}/inbox?tab=waiting`);
  await say("May I talk to a person?");
  // It shows in the queue without a reload.
  await owner.locator(".inbox-items").getByRole("link", { name: /Jo/ }).click();
  await owner.getByText("Waiting for an agent since").waitFor();
  await check(owner);
  await arrive(owner, () => owner.getByRole("button", { name: "Take" }).click());
  await owner.getByText("This conversation is yours.").waitFor();
  const pushed = bot.pushes.length;
  await say("Do you have jasmine?");
  await owner.locator("#thread").getByText("Do you have jasmine?").waitFor();
  await owner.getByPlaceholder("Write a reply").fill("We do.");
  await owner.getByRole("button", { name: "Send" }).click();
  await owner.locator("#thread").getByText("We do.").waitFor();
  await check(owner);
  const { messages } = await jo("GET", `/v1/accounts/${handle}/messages`);
  assert.deepEqual(messages.at(-1).agent, { name: "Lin", avatar_url: null });
  const seen = bot.pushes.slice(pushed).filter((push) => push.includes("jasmine"));
  assert.deepEqual(seen, [], "the bot is not told what the agent is");
  await mia.goto(owner.url().replace(/\?.*/, ""));
  await mia.getByText("Lin has this conversation.").waitFor();
  await owner.getByLabel("To whom").selectOption({ label: "Mia" });
  await owner.getByRole("button", { name: "Hand over" }).click();
  await owner.getByText("The conversation is handed over.").waitFor();
  // The other's page shows it without a reload.
  await mia.getByText("This conversation is yours.").waitFor();
  await mia.getByRole("button", { name: "Close session" }).click();
  await mia.getByText("The session is closed.").waitFor();
  await check(mia);
  await say("Thank you!");
  await eventually(() => bot.pushes.some((push) => push.includes("Thank you!")), "the bot is told again");
  const events = bot.pushes.map((push) => push.match(/kf_\w+/)?.[0]).filter(Boolean);
  assert.deepEqual(events, ["kf_create_session", "kf_switch_session", "kf_close_session"]);
}

for (const engine of engines()) {
  describe(`agents on ${engine}`, () => {
    let browser, server;
    before(async () => {
      [browser, server] = await Promise.all([launch(), serve(engine)]);
      for (const name of ["lin", "mia"]) {
        server.cli(["member", "create", "--email", `${name}@tea.example`, "--brand", "Tea", "--password-stdin"], PASSWORD);
      }
    });
    after(async () => { await browser?.close(); await server?.stop(); });

    for (const [device, viewport, options] of [["desktop", DESKTOP, {}], ["phone", PHONE, {}]]) {
      it(`take over from the bot on a ${device}`, async () => {
        const bot = await startBot();
        const handle = `tea-${device}`;
        const made = server.cli(["account", "create", "--kind", "service", "--name", "Tea house", "--handle", handle,
          "--brand", "Tea", "--webhook-url", bot.url]);
        bot.token = made.webhook_token;
        const base = `${server.base}/console/accounts/${handle}`;
        const owner = await signIn(browser, server, "lin@tea.example", viewport, options);
        const mia = await signIn(browser, server, "mia@tea.example", viewport, options);
        await hire(owner.page, mia.page, base);
        await begin([owner.page, mia.page], base);
        await attend(owner.page, mia.page, base, handle, server, bot);
        assert.deepEqual([...owner.faults, ...mia.faults], []);
        await Promise.all([owner.close(), mia.close(), bot.stop()]);
      });
    }

    it("work without script", async () => {
      const bot = await startBot();
      const made = server.cli(["account", "create", "--kind", "service", "--name", "Tea house", "--handle", "plain",
        "--brand", "Tea", "--webhook-url", bot.url]);
      bot.token = made.webhook_token;
      const base = `${server.base}/console/accounts/plain`;
      const { page, close } = await signIn(browser, server, "lin@tea.example", DESKTOP, { javaScriptEnabled: false });
      await addAgent(page, base, "lin", "Lin");
      await page.getByRole("button", { name: "Work as this agent yourself" }).click();
      await begin([page], base);
      const jo = follower(server, "jo-plain", "Jo");
      await jo("PUT", "/v1/accounts/plain/follow", {});
      await jo("POST", "/v1/accounts/plain/messages", { type: "text", text: "May I talk to a person?" });
      await eventually(async () => {
        await page.goto(`${base}/inbox?tab=waiting`);
        return await page.getByRole("link", { name: /Jo/ }).count() > 0;
      }, "the queue");
      await page.getByRole("link", { name: /Jo/ }).click();
      await arrive(page, () => page.getByRole("button", { name: "Take" }).click());
      await page.getByPlaceholder("Write a reply").fill("Here I am.");
      await page.getByRole("button", { name: "Send" }).click();
      await page.locator("#thread").getByText("Here I am.").waitFor();
      await page.getByRole("button", { name: "Close session" }).click();
      await page.getByText("The session is closed.").waitFor();
      await close();
      await bot.stop();
    });
  });
}
