// A developer's day: an endpoint is set up and tested with samples, calls are tried, an error is looked up by its number,
// the log is paused and a range of it sent again, and the app secret changes with an overlap.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startBot } from "./harness/bot.mjs";
import { arrive, DESKTOP, launch, look, open, PHONE, says } from "./harness/browser.mjs";
import { engines, follower, serve } from "./harness/server.mjs";

const PICTURE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==", "base64");
const browser = await launch();
after(() => browser.close());

for (const engine of engines()) {
  for (const [width, viewport] of [["desktop", DESKTOP], ["phone", PHONE]]) {
    test(`a developer's day (${engine}, ${width})`, async () => {
      const [server, bot] = [await serve(engine), await startBot()];
      try {
        server.cli(["member", "create", "--email", "kim@tea.example", "--brand", "Tea", "--password-stdin"], "a long password");
        const made = server.cli(["account", "create", "--kind", "service", "--name", "Lantern Tea House", "--handle", "lantern",
          "--brand", "Tea", "--webhook-url", bot.url]);
        bot.token = made.webhook_token;
        await day(server, bot, made, viewport, width);
      } finally {
        await server.stop();
        await bot.stop();
      }
    });
  }
}

async function day(server, bot, made, viewport, width) {
  const { page, faults, close } = await open(browser, viewport);
  const at = `${server.base}/console/accounts/lantern`;
  const see = (name) => look(page, `developer-${name}-${width}`);
  await page.goto(`${server.base}/console/login`);
  await page.locator("input[type=email]").fill("kim@tea.example");
  await page.locator("input[type=password]").fill("a long password");
  await page.locator("form[action='/console/login'] button").click();
  await page.waitForURL(/console(?!\/login)/);
  await samples(page, bot, at, see);
  await calls(page, at, see);
  await asFollower(page, at, see);
  await log(page, server, at, see);
  await secrets(page, server, made, at, see);
  assert.deepEqual(faults, []);
  await close();
}

async function samples(page, bot, at, see) {
  await page.goto(`${at}/tester`);
  await page.getByLabel("Event", { exact: true }).selectOption({ label: "Message" });
  await page.getByRole("button", { name: "Send sample" }).click();
  await says(page.locator("main [role=status]").last(), /1 of 1 were taken/);
  await says(page.locator(".delivery pre").first(), /x-crier-sample: 1/);
  assert.match(bot.pushes.at(-1), /A sample/);
  await see("sample");
  await page.getByLabel("Event", { exact: true }).selectOption({ label: "One of each" });
  await page.getByRole("button", { name: "Send sample" }).click();
  await says(page.locator("main [role=status]").last(), /17 of 17 were taken/);
  await see("samples");
  await page.goto(`${at}/deliveries`);
  await says(page.locator("main"), /Nothing to show/);
}

/** As a follower of one's own, and with a file. */
async function asFollower(page, at, see) {
  await page.goto(`${at}/explorer?call=${encodeURIComponent("PUT /v1/accounts/{account}/follow")}`);
  await page.getByText(/Called as the follower/).waitFor();
  await page.getByLabel(/done as by any follower/).check();
  await arrive(page, () => page.getByRole("button", { name: "Call", exact: true }).click());
  assert.match(await page.locator("#answer pre").first().innerText(), /"openid"/);
  assert.match(await page.locator("#curl").innerText(), /Bearer FOLLOWER_TOKEN/);
  await page.goto(`${at}/explorer?call=${encodeURIComponent("POST /v1/accounts/{account}/messages")}`);
  await page.getByLabel(/done as by any follower/).check();
  await arrive(page, () => page.getByRole("button", { name: "Call", exact: true }).click());
  assert.match(await page.locator("#answer").innerText(), /201/);
  await see("as-follower");
  await page.goto(`${at}/explorer?call=${encodeURIComponent("POST /cgi-bin/media/upload")}`);
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "tea.png", mimeType: "image/png", buffer: PICTURE });
  await page.getByLabel("I know that this changes the account").check();
  await see("upload");
  await arrive(page, () => page.getByRole("button", { name: "Call", exact: true }).click());
  assert.match(await page.locator("#answer pre").first().innerText(), /"media_id"/);
  assert.match(await page.locator("#curl").innerText(), /-F 'media=@tea\.png'/);
  await page.goto(`${at}/explorer?call=${encodeURIComponent("POST /v1/media")}`);
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "tea.png", mimeType: "image/png", buffer: PICTURE });
  await page.getByLabel(/done as by any follower/).check();
  await arrive(page, () => page.getByRole("button", { name: "Call", exact: true }).click());
  assert.match(await page.locator("#answer").innerText(), /201/);
}

async function calls(page, at, see) {
  await page.goto(`${at}/explorer`);
  await see("explorer");
  await page.getByLabel("Call", { exact: true }).selectOption("POST /cgi-bin/tags/create");
  await arrive(page, () => page.getByRole("button", { name: "Choose" }).click());
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await says(page.locator("[role=alert]"), /Confirm it below/);
  await page.getByLabel("I know that this changes the account").check();
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await says(page.locator("#answer pre").first(), /"name": "VIP"/);
  await says(page.locator("#curl"), /curl -X POST .*access_token=ACCESS_TOKEN/);
  await see("answer");
  await page.getByLabel("I know that this changes the account").check();
  await page.getByRole("button", { name: "Call", exact: true }).click();
  const rid = page.locator("#answer a[href*='rid=']");
  await rid.waitFor();
  await see("refused");
  await page.goto(`${at}/errors`);
  await page.locator("tbody a").first().waitFor();
  await see("errors");
  await page.locator("tbody a").first().click();
  await says(page.locator("main"), /45157/);
  await see("error");
}

async function log(page, server, at, see) {
  await page.goto(`${at}/deliveries`);
  const mei = follower(server, "mei", "Mei");
  await mei("PUT", "/v1/accounts/lantern/follow", {});
  await mei("POST", "/v1/accounts/lantern/messages", { type: "text", text: "Is there cake?" });
  await page.locator("tbody tr", { hasText: "Message" }).first().waitFor();
  await see("log");
  await page.getByRole("link", { name: "Pause" }).click();
  await page.getByRole("link", { name: "Go on live" }).waitFor();
  await page.getByRole("link", { name: "Send a range again" }).click();
  await page.getByLabel("Send", { exact: true }).or(page.locator("#what")).first().selectOption("all");
  await see("range");
  await page.getByRole("button", { name: "Send again" }).click();
  await page.waitForURL(/#recover/);
  await see("recovery");
}

async function secrets(page, server, made, at, see) {
  await page.goto(`${at}/developer/secret`);
  await see("secret");
  await page.getByRole("button", { name: "Reset app secret" }).click();
  await page.locator("#app-secret").waitFor();
  await see("secrets");
  const token = async () => {
    const asked = `grant_type=client_credential&appid=${made.app_id}&secret=${made.app_secret}`;
    return (await (await fetch(`${server.base}/cgi-bin/token?${asked}`)).json()).errcode ?? 0;
  };
  assert.equal(await token(), 0, "the secret before holds");
  await arrive(page, () => page.getByRole("link", { name: "End now" }).click());
  await see("secret-end");
  await page.getByRole("button", { name: "End now" }).click();
  await page.getByText("The secret before has ended.").waitFor();
  assert.equal(await token(), 40125);
}
