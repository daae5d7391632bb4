// ブランドの一日：新しいアカウントの手順を見て、フォロワーと会話し、数字を期間ごとに比べ、表として保存する。
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { arrive, DESKTOP, launch, look, open, PHONE, says } from "./harness/browser.mjs";
import { engines, eventually, follower, serve } from "./harness/server.mjs";

const browser = await launch();
after(() => browser.close());

for (const engine of engines()) {
  test(`figures of a day in Japanese (${engine})`, async () => {
    const server = await serve(engine);
    try {
      server.cli(["member", "create", "--email", "aoi@tea.example", "--brand", "Tea", "--password-stdin"], "a long password");
      server.cli(["account", "create", "--kind", "service", "--name", "灯籠茶館", "--handle", "lantern", "--brand", "Tea"]);
      for (const [width, viewport] of [["desktop", DESKTOP], ["phone", PHONE]]) await day(server, viewport, width);
    } finally {
      await server.stop();
    }
  });
}

async function day(server, viewport, width) {
  const { page, faults, close } = await open(browser, viewport, { locale: "ja-JP" });
  const at = `${server.base}/console/accounts/lantern`;
  const see = (name) => look(page, `dashboard-${name}-${width}`);
  await page.goto(`${server.base}/console/login`);
  await page.locator("input[type=email]").fill("aoi@tea.example");
  await page.locator("input[type=password]").fill("a long password");
  await page.locator("form[action='/console/login'] button").click();
  await page.waitForURL(/console(?!\/login)/);
  await page.goto(at);
  await says(page.locator("main"), /はじめに/);
  if (width === "desktop") {
    await says(page.locator("main"), /この期間のデータはありません/);
    await see("empty");
    await talk(server, page, at);
  }
  await page.goto(at);
  await says(page.locator(".stats"), /初回応答時間/);
  assert.match(await page.locator(".chart-plot").first().getAttribute("aria-label"), /フォロワーの増減/);
  await see("figures");
  await arrive(page, () => page.getByRole("link", { name: "過去7日間" }).click());
  await page.getByRole("link", { name: "その前の7日間と比較" }).click();
  await page.locator(".chart-key.is-before").first().waitFor();
  await page.locator(".chart-data > summary").first().click();
  await see("compared");
  await page.getByText("期間を指定").click();
  await page.locator("#range-from").fill("2026-01-01");
  await page.locator("#range-to").fill("2025-01-01");
  await page.getByRole("button", { name: "表示" }).click();
  await says(page.locator("[role=alert]"), /366日以内/);
  await see("bad-days");
  const sheet = await page.request.get(`${at}/figures.csv?range=7`, { headers: { "accept-language": "ja" } });
  assert.match(await sheet.text(), /^\uFEFF日付,増加,減少/);
  assert.deepEqual(faults, []);
  await close();
}

/** Followers come and write; one is answered; and the figures know of it after half a minute at most. */
async function talk(server, page, at) {
  const people = ["mei", "jo", "ren"].map((name) => follower(server, name, name));
  for (const person of people) await person("PUT", "/v1/accounts/lantern/follow", {});
  for (const person of people) await person("POST", "/v1/accounts/lantern/messages", { type: "text", text: "こんにちは" });
  await page.goto(`${at}/inbox`);
  await page.locator(".inbox-item").first().click();
  await page.locator("textarea[name=text]").fill("いらっしゃいませ");
  await page.locator(".composer button.is-primary").click();
  await page.locator(".message.is-out").first().waitFor();
  await eventually(async () => {
    await page.goto(at);
    return /増加 3・減少 0/.test(await page.locator(".stats").innerText());
  }, "figures", 60);
}
