// A person opens the follower page, follows, writes, and is answered live.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startBot } from "./harness/bot.mjs";
import { accessible, DESKTOP, fits, launch, open, PHONE } from "./harness/browser.mjs";
import { engines, serve } from "./harness/server.mjs";

for (const engine of engines()) {
  describe(`the follower page on ${engine}`, () => {
    let browser, server, bot;
    before(async () => {
      [browser, server, bot] = await Promise.all([launch(), serve(engine), startBot()]);
      const made = server.cli(["account", "create", "--kind", "service", "--name", "Tea house", "--handle", "tea",
        "--webhook-url", bot.url]);
      bot.token = made.webhook_token;
    });
    after(async () => { await browser?.close(); await server?.stop(); await bot?.stop(); });

    for (const [device, viewport] of [["a desktop", DESKTOP], ["a phone", PHONE]]) {
      it(`answers a person on ${device}`, async () => {
        const { page, faults, close } = await open(browser, viewport);
        await page.goto(`${server.base}/app?account=tea`);
        await page.getByLabel("Your name").fill("Mei");
        await page.getByRole("button", { name: "Start" }).click();
        await page.getByRole("button", { name: "Follow", exact: true }).click();
        await page.getByRole("link", { name: "Open chat" }).or(page.getByLabel("Message to Tea house")).first().waitFor();
        const chat = page.getByRole("link", { name: "Open chat" });
        if (await chat.isVisible()) await chat.click();
        await page.getByLabel("Message to Tea house").fill("hello 你好 😀");
        await page.getByRole("button", { name: "Send", exact: true }).click();
        const answer = page.getByRole("region", { name: "Messages with Tea house" }).getByText("You said: hello 你好 😀");
        await answer.waitFor();
        await accessible(page);
        await fits(page);
        await page.reload();
        await answer.first().waitFor();
        assert.deepEqual(faults, []);
        await close();
      });
    }
  });
}
