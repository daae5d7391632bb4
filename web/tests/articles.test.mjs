// Articles in a browser that runs no script: the public page, and what staff do with comments.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { publish } from "./harness/articles.mjs";
import { accessible, DESKTOP, fits, launch, open, PHONE, says } from "./harness/browser.mjs";
import { engines, serve } from "./harness/server.mjs";

const browser = await launch();
after(() => browser.close());

for (const engine of engines()) {
  test(`an article is read and commented on, and the comment featured (${engine})`, async () => {
    const server = await serve(engine);
    try {
      server.cli(["member", "create", "--email", "lin@tea.example", "--brand", "Tea", "--password-stdin"], "a long password");
      const made = server.cli(["account", "create", "--kind", "service", "--name", "Lantern Tea House", "--handle", "lantern",
        "--brand", "Tea", "--webhook-url", "http://127.0.0.1:9/"]);
      const { key } = await publish(server, made, "lantern");
      for (const viewport of [DESKTOP, PHONE]) await read(server, key, viewport);
      await feature(server);
    } finally {
      await server.stop();
    }
  });
}

async function read(server, key, viewport) {
  const { page, faults, close } = await open(browser, viewport);
  await page.goto(`${server.base}/s/${key}?from=feed`);
  assert.equal(await page.title(), "The tea house opens on Saturday · Lantern Tea House");
  assert.equal(await page.locator(".article-body [class^=k]").first().evaluate((node) => getComputedStyle(node).textAlign), "center");
  await accessible(page);
  await fits(page);
  await page.locator("input[name=name]").fill("Ann");
  await page.locator("#comments form button").click();
  await page.locator("textarea[name=text]").fill("I will come by boat.");
  await page.locator("#comments form button").click();
  await says(page.locator("[role=status]"), /featured/);
  await says(page.locator("#comments"), /I will come by boat/);
  await accessible(page);
  await fits(page);
  assert.deepEqual(faults, []);
  await close();
}

async function feature(server) {
  const { page, faults, close } = await open(browser, PHONE);
  await page.goto(`${server.base}/console/login`);
  await page.locator("input[type=email]").fill("lin@tea.example");
  await page.locator("input[type=password]").fill("a long password");
  await page.locator("form[action='/console/login'] button").click();
  await page.waitForURL(/console(?!\/login)/);
  for (const path of ["articles", "comments"]) {
    await page.goto(`${server.base}/console/accounts/lantern/${path}`);
    await accessible(page);
    await fits(page);
  }
  await page.locator("main a[href*='/comments/']").last().click();
  await page.locator("li.comment").first().locator("button[value=elect]").click();
  await says(page.locator(".tabs"), /Featured 2/);
  await accessible(page);
  await fits(page);
  assert.deepEqual(faults, []);
  await close();
}
