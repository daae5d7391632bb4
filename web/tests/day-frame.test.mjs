// A day of finding one's way: the navigation and the switcher, the palette and the letters, themes and languages, what is
// said and what goes wrong; without script, and written from right to left.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { counts, DESKTOP, fits, launch, look, open, PHONE } from "./harness/browser.mjs";
import { engines, serve } from "./harness/server.mjs";

const PASSWORD = "a long password";
const ACCOUNTS = 10;

function prepare(server) {
  server.cli(["member", "create", "--email", "lin@tea.example", "--brand", "Lantern Tea House", "--password-stdin"], PASSWORD);
  server.cli(["member", "create", "--email", "bare@silk.example", "--brand", "Silk", "--password-stdin"], PASSWORD);
  server.cli(["account", "create", "--kind", "service", "--name", "Lantern Tea House", "--handle", "lantern", "--brand", "Lantern Tea House"]);
  for (let number = 1; number < ACCOUNTS; number += 1) {
    server.cli(["account", "create", "--kind", "subscription", "--name", `茶与生活 ${number}`, "--handle", `teas-${number}`,
      "--brand", "Lantern Tea House"]);
  }
}

async function signIn(page, server, email = "lin@tea.example") {
  await page.goto(`${server.base}/console/login`);
  await page.locator("input[type=email]").fill(email);
  await page.locator("input[type=password]").fill(PASSWORD);
  await page.locator("form[action='/console/login'] button").click();
  await page.waitForURL(/console(?!\/login)/);
}

/** The navigation that shows at this width. */
function shown(page, what) {
  return page.locator(what).locator("visible=true");
}

async function navigate(page, server, isPhone) {
  await page.goto(`${server.base}/console/accounts/lantern`);
  if (isPhone) {
    await page.locator(".shell-menu > summary").click();
    await look(page, "frame-menu");
  }
  await shown(page, ".nav a[href$='/lantern/inbox']").click();
  await page.waitForURL(/lantern\/inbox/);
  if (isPhone) await page.locator(".shell-menu > summary").click();
  const here = shown(page, ".nav a[aria-current=page]");
  assert.equal((await here.textContent()).trim(), "Inbox");
  if (isPhone) {
    // The part one is in is open, the others are not.
    const open = await page.locator(".shell-menu .nav details[open] > summary").allTextContents();
    assert.deepEqual(open, ["Talk"]);
    await page.keyboard.press("Escape");
  }
}

/** From the inbox of one account to that of another, by keyboard alone. */
async function switchAccounts(page) {
  const switcher = shown(page, ".switcher > summary");
  await switcher.focus();
  await page.keyboard.press("Enter");
  await look(page, "frame-switcher");
  await page.keyboard.press("Escape");
  await counts(shown(page, ".switcher-panel"), 0);
  await page.keyboard.press("Enter");
  const wanted = shown(page, ".switcher-panel a[href$='teas-3/inbox']");
  for (let press = 0; press < 12 && !(await wanted.evaluate((link) => link === document.activeElement)); press += 1) {
    await page.keyboard.press("ArrowDown");
  }
  await page.keyboard.press("Enter");
  await page.waitForURL(/teas-3\/inbox/);
  assert.match(await shown(page, ".switcher > summary").textContent(), /茶与生活 3/);
}

async function palette(page) {
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Search pages and accounts" });
  await page.getByRole("option", { name: "Inbox" }).waitFor();
  await look(page, "frame-palette");
  await field.fill("lant");
  // An account of another page of the list: the server knows it. Its answer takes the place of what was filtered here.
  await page.waitForFunction(() => {
    const [option, ...others] = document.querySelectorAll("#palette [role=option]:not([hidden])");
    return others.length === 0 && option?.textContent.includes("Lantern Tea House") && option.ariaSelected === "true"
      && document.querySelector("#palette input").getAttribute("aria-activedescendant") === option.id;
  });
  await page.keyboard.press("Enter");
  await page.waitForURL(/accounts\/lantern$/);
  // Escape gives the focus back to what had it.
  const link = page.getByRole("main").getByRole("link").first();
  await link.focus();
  await page.keyboard.press("/");
  await field.fill("no such place");
  await page.getByText("Nothing has that name").waitFor();
  await page.keyboard.press("Escape");
  assert.ok(await link.evaluate((one) => one === document.activeElement), "the focus returns");
}

async function letters(page, server) {
  // Not the inbox, which has keys and a list of its own.
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await page.waitForURL(/lantern\/comments/);
  await page.keyboard.press("Shift+?");
  const keys = page.getByRole("dialog", { name: "Keyboard" });
  await keys.getByText("Go to a page or account").waitFor();
  await look(page, "frame-keys");
  await keys.getByRole("checkbox", { name: "Use letter keys" }).uncheck();
  await keys.getByRole("button", { name: "Close" }).click();
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await page.keyboard.press("Shift+?");
  assert.equal(await keys.isVisible(), false, "letters that are switched off do nothing");
  await page.goto(`${server.base}/console/go`);
  await page.getByRole("checkbox", { name: "Use letter keys" }).check();
  await page.getByRole("searchbox").fill("g i ?");
  assert.match(page.url(), /console\/go$/, "letters go into a field");
  await look(page, "frame-go");
}

async function themes(page, isPhone) {
  if (isPhone) await page.locator(".shell-menu > summary").click();
  await shown(page, ".me > summary").click();
  await shown(page, ".me-panel button[value=dark]").click();
  await page.locator("html[data-theme=dark]").waitFor();
  await page.reload();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  if (isPhone) await page.locator(".shell-menu > summary").click();
  await shown(page, ".me > summary").click();
  await look(page, "frame-me");
  await shown(page, ".me-panel button[value=system]").click();
  await shown(page, ".me-panel button[value=ja]").click();
  await page.locator("html[lang=ja]").waitFor();
  assert.equal(await page.locator("html").getAttribute("data-theme"), null);
  await look(page, "frame-japanese");
}

/** What was done is said in the live region, moves nothing, and is not said twice. */
async function toasts(page, server) {
  await page.goto(`${server.base}/console/settings`);
  const before = await page.locator("h1").boundingBox();
  await page.goto(`${server.base}/console/settings?done=saved`);
  await page.locator("#toasts .toast").waitFor();
  assert.match(page.url(), /settings$/);
  assert.deepEqual(await page.locator("h1").boundingBox(), before);
  await look(page, "frame-toast");
  await page.locator("#toasts [data-dismiss]").click();
  await counts(page.locator("#toasts .toast"), 0);
  await page.reload();
  await counts(page.locator("#toasts .toast"), 0);
}

async function rightToLeft(page, server, isPhone) {
  for (const path of ["", "/accounts/lantern", "/accounts/lantern/inbox", "/accounts/lantern/developer", "/team", "/go?account=lantern"]) {
    await page.goto(`${server.base}/console${path}`);
    await page.evaluate(() => { document.documentElement.dir = "rtl"; });
    await fits(page);
    if (isPhone) continue;
    const side = await page.locator(".shell-side").boundingBox();
    assert.ok(side.x > DESKTOP.width / 2, "the navigation is at the right");
  }
  await look(page, "frame-rtl");
}

async function faults(page, server) {
  const answer = await page.goto(`${server.base}/console/accounts/nobody`);
  assert.equal(answer.status(), 404);
  assert.ok((await page.getByRole("main").textContent()).includes(answer.headers()["x-request-id"]), "the request is named");
  await look(page, "frame-missing");
}

async function withoutScript(page, server) {
  await signIn(page, server);
  await page.goto(`${server.base}/console/accounts/lantern/inbox`);
  await shown(page, ".switcher > summary").click();
  await shown(page, ".switcher-panel a[href$='teas-2/inbox']").click();
  await page.waitForURL(/teas-2\/inbox/);
  await shown(page, "a[data-palette]").click();
  await page.getByRole("searchbox").fill("lantern");
  await page.getByRole("button", { name: "Search" }).click();
  await page.locator("#places").getByRole("link", { name: /Lantern Tea House/ }).click();
  await page.waitForURL(/accounts\/lantern$/);
  await shown(page, ".me > summary").click();
  await shown(page, ".me-panel button[value=dark]").click();
  await page.locator("html[data-theme=dark]").waitFor();
  await page.goto(`${server.base}/console/settings?done=saved`);
  await page.getByRole("link", { name: "Dismiss" }).click();
  await page.waitForURL((url) => !url.search.includes("done"));
  await page.waitForLoadState();
  await counts(page.locator(".toast"), 0);
  await counts(shown(page, ".if-script"), 0, "nothing shows that needs script");
}

for (const engine of engines()) {
  describe(`the frame on ${engine}`, () => {
    let browser, server;
    before(async () => {
      [browser, server] = await Promise.all([launch(), serve(engine)]);
      prepare(server);
    });
    after(async () => { await browser?.close(); await server?.stop(); });

    for (const [device, viewport] of [["desktop", DESKTOP], ["phone", PHONE]]) {
      it(`leads anywhere on a ${device}`, async () => {
        const isPhone = device === "phone";
        const { page, faults: wrong, close } = await open(browser, viewport);
        await page.goto(`${server.base}/console/login`);
        await look(page, "login");
        await signIn(page, server);
        await look(page, "home");
        await navigate(page, server, isPhone);
        await switchAccounts(page);
        await palette(page);
        await letters(page, server);
        await toasts(page, server);
        await rightToLeft(page, server, isPhone);
        await page.goto(`${server.base}/console/accounts/lantern`);
        await look(page, "overview");
        await themes(page, isPhone);
        assert.deepEqual(wrong, []);
        await page.locator("html").evaluate(() => { document.cookie = "crier_language=; Path=/console; Max-Age=0"; });
        await faults(page, server);
        await close();
      });
    }

    it("works without script", async () => {
      const { page, close } = await open(browser, DESKTOP, { javaScriptEnabled: false });
      await withoutScript(page, server);
      await close();
    });

    it("teaches a brand that has nothing yet", async () => {
      const { page, close } = await open(browser, DESKTOP);
      await signIn(page, server, "bare@silk.example");
      await page.getByText("No accounts yet").waitFor();
      await look(page, "home-empty");
      await close();
    });
  });
}
