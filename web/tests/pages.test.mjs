// Every page that a link leads to, whoever wrote it: at both widths and in both themes, with nothing wrong on it. With
// CRIER_SCREENSHOTS set it leaves a picture of each.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DESKTOP, launch, look, open, PHONE } from "./harness/browser.mjs";
import { serve } from "./harness/server.mjs";
import { prepare, signIn } from "./harness/world.mjs";

/** More would mean that links are made up as one goes. */
const MOST = 250;
/** Pages that no link leads to. */
const BEGIN = ["/console", "/console/go", "/console/nowhere", "/docs", "/s/nothing", "/app"];

describe("every page", () => {
  let browser, server, world;
  before(async () => {
    [browser, server] = await Promise.all([launch(), serve("sqlite")]);
    world = await prepare(server, browser);
  });
  after(async () => { await browser?.close(); await server?.stop(); await world?.bot.stop(); });

  it("is whole wherever a link leads", async () => {
    const { page, faults, close } = await open(browser);
    await signIn(page, server);
    const left = [...BEGIN, `/s/${world.article}`];
    const seen = new Set(left.map(kind));
    // All of them at once: a walk takes its time.
    const wrong = [];
    for (let count = 0; left.length > 0; count += 1) {
      assert.ok(count < MOST, `more than ${MOST} pages: ${[...seen].slice(-20)}`);
      const path = left.shift();
      if (!await visit(page, path, faults)) continue;
      await see(page, kind(path)).catch((error) => wrong.push(`${path}: ${error.message}`));
      for (const found of await links(page)) {
        if (seen.has(kind(found))) continue;
        seen.add(kind(found));
        left.push(found);
      }
    }
    console.log(`${seen.size} kinds of pages`);
    assert.deepEqual([...wrong, ...faults], []);
    await close();
  });

  /** Whether there is a page, and not a file. */
  async function visit(page, path, faults) {
    const here = faults.length;
    const answer = await page.goto(server.base + path).catch((error) => {
      if (/Download is starting|ERR_ABORTED/.test(String(error))) return null;
      throw error;
    });
    if (!answer) return false;
    const lost = path === "/console/nowhere" || path === "/s/nothing";
    assert.equal(answer.status(), lost ? 404 : 200, path);
    // Chromium logs the answer that was asked for.
    if (lost) faults.length = here;
    return answer.headers()["content-type"]?.startsWith("text/html") ?? false;
  }

  async function links(page) {
    const found = await page.locator("a[href]:not([download])").evaluateAll((all) => all.map((link) => link.href));
    return found.filter((href) => href.startsWith(`${server.base}/console`)).map((href) => href.slice(server.base.length).split("#")[0]);
  }
});

async function see(page, name) {
  const title = await page.title();
  assert.ok(title, `${name} has no title`);
  assert.equal(await page.locator("h1").count(), 1, `${name}: one h1`);
  assert.ok(await page.locator("main").count(), `${name}: a main landmark`);
  for (const viewport of [DESKTOP, PHONE]) {
    await page.setViewportSize(viewport);
    await look(page, `page-${name.replace(/\W+/g, "-").replace(/^-|-$/g, "") || "root"}`);
  }
  await page.setViewportSize(DESKTOP);
}

/** Pages of one kind differ by ids, handles and what is looked for; the tab of a list is a kind of its own. */
function kind(path) {
  const url = new URL(path, "http://crier");
  const parts = url.pathname.split("/").map((part, at, all) => {
    if (all[at - 1] === "accounts" && all[at - 2] === "console" && part !== "new") return "account";
    return /\d{5,}|^\d+$|[A-Za-z0-9_-]{20,}|^kf_|@/.test(decodeURIComponent(part)) ? "one" : part;
  });
  const tab = url.searchParams.get("tab");
  return parts.join("/") + (tab ? `?tab=${tab}` : "");
}
