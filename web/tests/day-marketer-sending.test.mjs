// A marketer's day, sending: makes a segment, composes a broadcast to it, looks at what would happen, tries it on herself,
// has a colleague approve it, plans, moves, pauses and cancels another, and looks at what came of the first.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { arrive, counts, DESKTOP, launch, look, open, PHONE } from "./harness/browser.mjs";
import { mailed } from "./harness/mails.mjs";
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

/** Whoever has written lately, in the language the tests' followers speak. */
async function segment(page, base, shot) {
  await page.goto(`${base}/segments`);
  await page.getByText("No segments yet").waitFor();
  await look(page, `segments-empty${shot}`);
  await page.getByRole("link", { name: "New segment" }).first().click();
  await page.getByLabel("Name of the segment").fill("Lively");
  await page.getByLabel("Another condition").selectOption({ label: "Wrote in the last" });
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("spinbutton", { name: "days" }).fill("7");
  await page.getByLabel("Another condition").selectOption({ label: "Language" });
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByLabel("Which").selectOption({ label: "Chinese" });
  // The count follows without a reload.
  await page.getByText("Followers who wrote in the last 7 days and speak Chinese: 2 followers").waitFor();
  await look(page, `segment-form${shot}`);
  await page.getByRole("button", { name: "Save" }).last().click();
  await page.getByText("Saved.").waitFor();
  await page.getByText("2 followers", { exact: true }).waitFor();
  await page.getByRole("rowheader", { name: "Jo" }).waitFor();
  await look(page, `segment${shot}`);
  await page.goto(`${base}/segments`);
  await page.getByText("Followers who wrote in the last 7 days").waitFor();
  await look(page, `segments${shot}`);
}

async function rules(owner, base, shot) {
  await owner.goto(`${base}/broadcasts/rules`);
  await owner.getByLabel("Somebody else approves what is sent").check();
  await owner.getByLabel("Warn when something would arrive").check();
  await look(owner, `rules${shot}`);
  await owner.getByRole("button", { name: "Save" }).click();
  await owner.getByText("Saved.").waitFor();
}

async function compose(page, base, shot) {
  await page.goto(`${base}/broadcasts`);
  await page.getByText("No drafts").waitFor();
  await look(page, `broadcasts-empty${shot}`);
  await page.getByRole("link", { name: "New broadcast" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill("Autumn tea");
  await page.getByLabel("Text", { exact: true }).fill("新茶到了 https://tea.invalid/autumn");
  await page.getByRole("radio", { name: "A segment" }).check();
  await page.getByLabel("Segment", { exact: true }).selectOption({ label: "Lively" });
  await page.locator(".bubble").getByText("新茶到了").waitFor();
  await page.getByText("2 followers", { exact: true }).waitFor();
  assert.equal(await page.getByLabel("Count clicks on links").isChecked(), true);
  await look(page, `compose${shot}`);
  await page.getByRole("button", { name: "Save and look" }).last().click();
  await page.getByText("Saved. This is what would happen.").waitFor();
  await page.getByText("Its link becomes a short address that counts clicks.").waitFor();
  await look(page, `plan${shot}`);
  await page.getByRole("button", { name: "Check the links" }).click();
  await page.getByText("no answer").waitFor();
  await look(page, `links${shot}`);
  await arrive(page, () => page.getByRole("link", { name: "Back" }).click());
  return page.url();
}

/** She tries it on herself, and only she sees it. */
async function tryIt(page, plan, me, handle) {
  const { openid } = await me("PUT", `/v1/accounts/${handle}/follow`, {});
  await page.goto(plan);
  await page.getByLabel("Your openid here").fill("nobody");
  await page.getByRole("button", { name: "Send a test" }).click();
  await page.getByText("No follower of this account has this openid.").waitFor();
  await page.getByLabel("Your openid here").fill(openid);
  await page.getByRole("button", { name: "Send a test" }).click();
  await page.getByText("A test is on its way to you.").waitFor();
  const { messages } = await me("GET", `/v1/accounts/${handle}/messages`);
  assert.match(messages.at(-1).text, /新茶到了/);
}

async function approve(mia, owner, base, plan, { server, jo, ...people }, shot) {
  await mia.goto(plan);
  await counts(mia.getByRole("button", { name: "Send it now" }), 0);
  await mia.getByRole("button", { name: "Ask for approval" }).click();
  await mia.getByText("It waits for somebody else who may send.").waitFor();
  await owner.goto(`${base}/broadcasts?tab=waiting`);
  await look(owner, `broadcasts-waiting${shot}`);
  // Who may approve it was mailed the way to it, in the account's language.
  await owner.goto(await mailed(server, people.owner, /(http\S+\/broadcasts\/\d+)/));
  await look(owner, `plan-approve${shot}`);
  await owner.getByRole("button", { name: "Approve" }).click();
  await owner.getByText("Approved.").waitFor();
  await mailed(server, people.mia, /(已通过审核，会按时发送)/);
  const got = async () => JSON.stringify(await jo("GET", "/v1/timeline")).match(/新茶到了 (http[^" ]+)/)?.[1];
  return eventually(got, "whoever is in the segment has it");
}

/** Two follow the link that came, and a program looks ahead. */
async function follow(link) {
  for (const agent of ["Mozilla/5.0", "Mozilla/5.0", "Slackbot-LinkExpanding 1.0"]) {
    const answer = await fetch(link, { redirect: "manual", headers: { "user-agent": agent } });
    assert.deepEqual([answer.status, answer.headers.get("location")], [302, "https://tea.invalid/autumn"]);
  }
}

/** Planned, moved in the calendar, paused, and given up. */
async function plan(page, base, shot) {
  const day = new Date(Date.now() + 24 * 3600 * 1000).toISOString().slice(0, 10);
  await page.goto(`${base}/broadcasts/new?at=${day}T10:00`);
  await page.getByLabel("Name", { exact: true }).fill("Winter tea");
  await page.getByLabel("Text", { exact: true }).fill("Soon");
  await page.getByRole("button", { name: "Save and look" }).last().click();
  await page.getByRole("heading", { name: "What would happen" }).waitFor();
  await page.getByRole("button", { name: "Schedule it" }).click();
  await page.getByText("Scheduled. It goes out by itself.").waitFor();
  await page.goto(`${base}/broadcasts?tab=scheduled`);
  await look(page, `broadcasts-scheduled${shot}`);
  await page.goto(`${base}/calendar?month=${day.slice(0, 7)}`);
  await look(page, `calendar${shot}`);
  await page.getByText("Give it another time").click();
  await page.getByLabel("To be sent: Winter tea").fill(`${day}T11:30`);
  await page.getByRole("button", { name: "Give it another time: Winter tea" }).click();
  await page.getByText("It has another time.").waitFor();
  if (page.viewportSize().width === DESKTOP.width) await drag(page, day);
  await page.locator("tbody").getByRole("link", { name: "Winter tea" }).last().click();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByText("Paused.").waitFor();
  await arrive(page, () => page.getByRole("link", { name: "Cancel it" }).click());
  await look(page, `plan-cancel${shot}`);
  await page.getByRole("button", { name: "Cancel it" }).click();
  await page.getByText("Cancelled.").waitFor();
}

/** Dragged to the last day there is on the page, where it keeps its time, and put back. */
async function drag(page, day) {
  const other = page.locator(`td[data-day]:not([data-day="${day}"])`).last();
  const to = await other.getAttribute("data-day");
  // In steps: a browser takes one leap for a click that went wrong.
  await other.scrollIntoViewIfNeeded();
  const middle = ({ x, y, width, height }) => [x + width / 2, y + height / 2];
  const item = await page.locator(".month-item[draggable=true]", { hasText: "Winter tea" }).boundingBox();
  await page.mouse.move(...middle(item));
  await page.mouse.down();
  await page.mouse.move(...middle(await other.boundingBox()), { steps: 12 });
  assert.match(await other.getAttribute("class"), /is-target/);
  await arrive(page, () => page.mouse.up());
  await page.locator(`td[data-day="${to}"] .month-item`, { hasText: "11:30 Winter tea" }).waitFor();
  await look(page, "calendar-moved");
  await arrive(page, () => page.getByRole("button", { name: "Put it back to" }).click());
  await page.locator(`td[data-day="${day}"] .month-item`, { hasText: "11:30 Winter tea" }).waitFor();
}

async function results(page, base, shot) {
  await page.goto(`${base}/broadcasts?tab=sent`);
  await look(page, `broadcasts-sent${shot}`);
  await page.getByRole("link", { name: "Autumn tea" }).click();
  await page.getByText("Reached").waitFor();
  const row = page.getByRole("row").filter({ hasText: "https://tea.invalid/autumn" });
  await row.getByText("100 % of the clicks").waitFor();
  await page.getByText("Show as a table Clicks over time").click();
  assert.equal(await page.locator(".stat").filter({ hasText: "Reached" }).locator("dd").textContent(), "2");
  await look(page, `results${shot}`);
}

/** A brand with an owner and a marketer, and two who write. */
async function brand(server, handle) {
  const people = { owner: `ada@${handle}.example`, mia: `mia@${handle}.example` };
  server.cli(["account", "create", "--kind", "service", "--name", "Tea House", "--handle", handle, "--brand", handle]);
  server.cli(["member", "create", "--email", people.owner, "--brand", handle, "--password-stdin"], PASSWORD);
  server.cli(["member", "create", "--email", people.mia, "--brand", handle, "--password-stdin"], PASSWORD);
  const jo = follower(server, `jo-${handle}`, "Jo");
  for (const one of [jo, follower(server, `lu-${handle}`, "Lu")]) {
    await one("PUT", `/v1/accounts/${handle}/follow`, {});
    await one("POST", `/v1/accounts/${handle}/messages`, { type: "text", text: "Hello" });
  }
  return { ...people, jo };
}

for (const engine of engines()) {
  describe(`a marketer's day, sending, on ${engine}`, () => {
    let server, browser;
    before(async () => { [server, browser] = [await serve(engine), await launch()]; });
    after(async () => { await browser?.close(); await server?.stop(); });

    for (const [name, viewport] of [["desk", DESKTOP], ["phone", PHONE]]) {
      it(`goes well on a ${name}`, async () => {
        const handle = `tea-${name}`;
        const shot = engine === "sqlite" ? "" : "-pg";
        const people = await brand(server, handle);
        const base = `${server.base}/console/accounts/${handle}`;
        const owner = await signIn(browser, server, people.owner, viewport);
        const mia = await signIn(browser, server, people.mia, viewport);
        await segment(mia.page, base, shot);
        await rules(owner.page, base, shot);
        const page = await compose(mia.page, base, shot);
        await tryIt(mia.page, page, follower(server, `mia-${handle}`, "Mia"), handle);
        await follow(await approve(mia.page, owner.page, base, page, { server, ...people }, shot));
        await owner.page.goto(`${base}/broadcasts/rules`);
        await owner.page.getByLabel("Somebody else approves what is sent").uncheck();
        await owner.page.getByRole("button", { name: "Save" }).click();
        await owner.page.getByText("Saved.").waitFor();
        await plan(mia.page, base, shot);
        await results(mia.page, base, shot);
        assert.deepEqual([...owner.faults, ...mia.faults], []);
        await Promise.all([owner.close(), mia.close()]);
      });
    }

    it("goes without script", async () => {
      const people = await brand(server, "plain");
      const base = `${server.base}/console/accounts/plain`;
      const { page, close } = await signIn(browser, server, people.owner, DESKTOP, { javaScriptEnabled: false });
      await page.goto(`${base}/broadcasts/new`);
      await page.getByRole("button", { name: "Video" }).click();
      await page.getByLabel("Heading").waitFor();
      await arrive(page, () => page.getByRole("button", { name: "Text", exact: true }).click());
      await page.getByLabel("Name", { exact: true }).fill("Plain");
      await page.getByLabel("Text", { exact: true }).fill("Hello");
      await page.getByRole("button", { name: "Save and look" }).last().click();
      await page.getByText("It would reach 2 followers.").waitFor();
      await page.getByRole("button", { name: "Send it now" }).click();
      await page.getByText("On its way.").waitFor();
      await close();
    });
  });
}
