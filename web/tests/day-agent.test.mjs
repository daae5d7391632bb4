// 客服の一日: an agent's day in Japanese. With pointer and finger at both widths, and once by keyboard alone.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { publish } from "./harness/articles.mjs";
import { arrive, DESKTOP, launch, look, open, PHONE } from "./harness/browser.mjs";
import { fold, sendEverything, sendWhatPlays } from "./harness/sends.mjs";
import { engines, eventually, follower, serve } from "./harness/server.mjs";

const PASSWORD = "a long password";

async function signIn(browser, server, email, viewport) {
  const opened = await open(browser, viewport, { locale: "ja-JP" });
  const { page } = opened;
  await page.goto(`${server.base}/console`);
  await page.locator("#email").fill(email);
  await page.locator("#password").fill(PASSWORD);
  await page.locator("#password").press("Enter");
  await page.getByRole("heading", { level: 1, name: "アカウント" }).waitFor();
  return opened;
}

/** An account of its own for each walk, and two followers who have written. */
async function prepare(server, handle, kind) {
  const account = server.cli(["account", "create", "--kind", kind, "--name", "灯籠茶屋", "--handle", handle, "--brand", "Tea"]);
  const people = { handle, account };
  for (const [user, name, text] of [["aoi", "葵", "抹茶はありますか？"], ["ren", "蓮", "営業時間を教えてください"]]) {
    const call = follower(server, `${user}-${handle}`, name);
    await call("PUT", `/v1/accounts/${handle}/follow`, {});
    await call("POST", `/v1/accounts/${handle}/messages`, { type: "text", text });
    people[user] = { call, say: (words) => call("POST", `/v1/accounts/${handle}/messages`, { type: "text", text: words }),
      read: async () => (await call("GET", `/v1/accounts/${handle}/messages`)).messages };
  }
  return people;
}

/** Comes back until the worker has seen the messages. */
async function until(page, url, found) {
  await eventually(async () => { await page.goto(url); return await found().count() > 0; }, url);
}

const item = (page, name) => page.locator(".inbox-item").filter({ hasText: name });

async function keepAnswers(page, base) {
  await page.goto(`${base}/canned`);
  await page.getByText("定型文はまだありません").waitFor();
  await look(page, "agent-canned-none");
  await page.getByLabel("略称").fill("営業");
  await page.getByLabel("本文").fill("{name}さん、営業時間は9時から18時です。{agent}");
  await page.getByRole("button", { name: "追加" }).click();
  await page.getByRole("link", { name: "/営業" }).waitFor();
  await look(page, "agent-canned");
  await page.getByRole("link", { name: "応対の設定" }).click();
  await page.getByLabel("返信の目標時間（分）").fill("30");
  await look(page, "agent-settings");
  await page.getByRole("button", { name: "保存" }).click();
  await page.locator(".toast").first().waitFor();
}

async function answer(page, colleague, base, people) {
  await until(page, `${base}/inbox?tab=unassigned`, () => item(page, "蓮"));
  await look(page, "agent-queue");
  await item(page, "蓮").click();
  await arrive(page, () => page.getByRole("button", { name: "対応する" }).click());
  await page.getByText("あなたが対応中です。自動応答は停止しています。").waitFor();
  await page.locator(".countdown").filter({ hasText: /^4[78]:\d\d:\d\d$/ }).waitFor();
  const text = page.locator("#text");
  await text.fill("/営");
  await page.locator(".canned-list").getByRole("option").click();
  assert.equal(await text.inputValue(), "蓮さん、営業時間は9時から18時です。Lin");
  await page.getByRole("button", { name: "送信", exact: true }).click();
  await page.locator("#thread").getByText("9時から18時です").waitFor();
  // A colleague who has it open sees who answers, and the follower's words without a reload.
  await colleague.goto(page.url().replace(/\?.*/, ""));
  await text.pressSequentially("少々");
  await colleague.getByText("Linさんが返信を入力しています").waitFor();
  await people.ren.say("ありがとう！");
  await colleague.locator("#thread").getByText("ありがとう！").waitFor();
  assert.equal(await text.inputValue(), "少々", "what is written stays");
  await text.fill("");
}

/** A template that a notice can be made from. */
async function adoptTemplate(page, base) {
  await page.goto(`${base}/templates`);
  await arrive(page, () => page.locator("button[name=as][value=message]").first().click());
}

/** A tag and a queue for it: who has the tag shows in a list of their own. */
async function makeQueue(page, base, people) {
  await page.goto(`${base}/queues`);
  await page.getByText("チームの受付はまだありません").waitFor();
  await look(page, "agent-queues-none");
  await page.getByLabel("名前").fill("常連さま");
  await page.getByRole("button", { name: "受付を追加" }).click();
  await page.getByText("タグを 1 つ以上選んでください。").waitFor();
  await page.locator("#tag-2").check();
  await page.getByLabel("Lin").check();
  await arrive(page, () => page.getByRole("button", { name: "受付を追加" }).click());
  await page.getByRole("link", { name: "常連さま" }).waitFor();
  await look(page, "agent-queues");
  await page.getByRole("link", { name: "常連さま" }).click();
  await page.getByRole("button", { name: "保存" }).waitFor();
  await look(page, "agent-queue-one");
  await page.goto(`${base}/followers`);
  await arrive(page, () => page.getByRole("link", { name: "葵" }).first().click());
  await page.locator("#give").selectOption("2");
  await arrive(page, () => page.locator("form[action$='/tags'] > .button").click());
  await people.aoi.say("常連です");
  await until(page, `${base}/inbox`, () => page.getByRole("link", { name: /常連さま 1/ }));
  await arrive(page, () => page.getByRole("link", { name: /常連さま/ }).click());
  await item(page, "葵").waitFor();
  await look(page, "agent-queue-team");
}

/** Each side sees that the other writes, and what the other has read. */
async function seeTheFollower(page, people) {
  await people.ren.call("POST", `/v1/accounts/${people.handle}/typing`, { typing: true });
  await page.getByText("相手が入力中です…").waitFor();
  await people.ren.say("読みましたか");
  await page.locator("#thread").getByText("読みましたか").waitFor();
  await page.getByText("相手が入力中です…").waitFor({ state: "detached" });
  await page.locator("#text").fill("はい");
  await page.getByRole("button", { name: "送信", exact: true }).click();
  await page.locator("#thread .message.is-out").last().getByText("はい").waitFor();
  const { last_seq, account_read_seq } = (await people.ren.call("GET", "/v1/conversations")).conversations[0];
  assert.ok(account_read_seq >= last_seq - 1, "the account has read all that was written to it");
  await people.ren.call("POST", `/v1/accounts/${people.handle}/read`, { seq: last_seq });
  await page.locator("#thread .message.is-out").last().getByText("既読").waitFor();
}

async function noteAndPlan(page, colleague, base) {
  await fold(page, "メモ").click();
  await page.getByLabel("チーム内のメモ").fill("@Mia 在庫を確認してください");
  await arrive(page, () => page.getByRole("button", { name: "メモを追加" }).click());
  await page.locator(".note").getByText("在庫を確認してください").waitFor();
  await fold(page, "予約返信").click();
  const when = page.getByLabel("日時");
  await page.locator("#text").fill("明日のご来店をお待ちしています");
  const latest = await when.getAttribute("max");
  // Too late, and the field's own bounds don't say so: what is written comes back with what is wrong.
  await when.evaluate((field) => field.removeAttribute("max"));
  await when.fill("2099-01-01T09:00");
  await page.getByRole("button", { name: "予約する" }).click();
  await page.locator("#composer-errors").getByRole("alert").waitFor();
  assert.equal(await page.locator("#text").inputValue(), "明日のご来店をお待ちしています");
  await when.fill(latest);
  await page.getByRole("button", { name: "予約する" }).click();
  await page.locator("#planned").getByText("明日のご来店をお待ちしています").waitFor();
  await look(page, "agent-conversation");
  await page.getByRole("button", { name: /^キャンセル/ }).click();
  await page.getByText("予約を取り消しました。").waitFor();
  await colleague.goto(`${base}/mentions`);
  await colleague.getByText("在庫を確認してください").waitFor();
  await look(colleague, "agent-mentions");
  await colleague.locator(".hit").click();
  await colleague.locator(".note.is-hit").waitFor();
}

async function search(page, base) {
  await until(page, `${base}/search?q=${encodeURIComponent("抹茶")}`, () => page.locator(".hit"));
  assert.equal(await page.locator(".hit mark").first().textContent(), "抹茶");
  await look(page, "agent-search");
  await page.getByText("絞り込み").click();
  await page.getByLabel("書いた人").selectOption({ label: "メモ" });
  await page.getByRole("button", { name: "検索" }).click();
  await page.getByText("見つかりませんでした").waitFor();
  await look(page, "agent-search-none");
  await page.goBack();
  await page.locator(".hit").first().click();
  await page.locator(".message.is-hit").waitFor();
}

async function handBackAndClose(page, base) {
  await page.goto(`${base}/inbox?tab=mine`);
  await item(page, "蓮").click();
  await page.getByRole("button", { name: "ボットに戻す" }).click();
  await page.getByText("ボットに戻しました。").waitFor();
  await arrive(page, () => page.getByRole("button", { name: "対応済みにする" }).click());
  await page.goto(`${base}/inbox?tab=done`);
  await item(page, "蓮").waitFor();
  await look(page, "agent-done");
}

/** Presses keys and nothing else. */
class Keys {
  constructor(page) { this.page = page; }

  /** Nobody presses a key before the page has come. */
  async press(key) {
    await this.page.waitForLoadState();
    await this.page.keyboard.press(key);
  }

  async type(text) { await this.page.keyboard.type(text); }

  /** On with Tab until this has the focus. */
  async to(selector, text) {
    for (let count = 0; count < 150; count += 1) {
      const look = ([css, words]) => {
        const active = document.activeElement;
        return Boolean(active?.matches(css) && (!words || active.textContent.includes(words)));
      };
      // The page may just be giving way to the next one, whose first stop is looked for then.
      const here = await this.page.evaluate(look, [selector, text]).catch(() => this.page.waitForLoadState());
      if (here) return;
      await this.press("Tab");
    }
    throw new Error(`Tab does not lead to ${selector} ${text ?? ""}`);
  }

  async enter(selector, text) { await this.to(selector, text); await this.press("Enter"); }
}

async function byKeyboard(page, server, handle, people) {
  const keys = new Keys(page);
  await page.goto(`${server.base}/console`);
  await keys.to("#email");
  await keys.type("lin@tea.example");
  await keys.press("Tab");
  await keys.type(PASSWORD);
  await keys.press("Enter");
  await page.getByRole("heading", { level: 1, name: "アカウント" }).waitFor();
  await keys.enter(`a[href="/console/accounts/${handle}"]`);
  await page.waitForURL(new RegExp(`accounts/${handle}$`));
  await keys.enter(".shell-side a", "定型文");
  await keys.to("#shortcut");
  await keys.type("mc");
  await keys.press("Tab");
  await keys.type("{name}さん、抹茶ございます。");
  await keys.enter("button", "追加");
  await page.getByRole("link", { name: "/mc" }).waitFor();
  await keys.enter(".shell-side a", "受信箱");
  await keys.enter(".inbox-list .tabs a", "対応待ち");
  await page.waitForURL(/tab=waiting/);
  await page.waitForLoadState();
  await item(page, "葵").waitFor();
  // Who waits longest is first.
  await keys.press("?");
  await page.getByRole("dialog").getByText("キーボード操作").waitFor();
  await keys.press("Escape");
  await keys.press("j");
  await arrive(page, () => keys.press("Enter"));
  await page.locator("#conversation").waitFor();
  await arrive(page, () => keys.press("t"));
  await page.getByText("あなたが対応中です").waitFor();
  await answerByKeyboard(page, keys, people);
  await keys.press("Escape");
  await keys.press("/");
  await keys.type("抹茶");
  // The list comes anew while one writes, and leaves what is written.
  await people.aoi.say("追伸です");
  await page.locator(".inbox-item").getByText("追伸です").waitFor();
  await keys.type("ござい");
  await keys.press("Enter");
  await page.waitForURL(/search/);
  assert.equal(new URL(page.url()).searchParams.get("q"), "抹茶ござい");
  await eventually(async () => {
    if (await page.locator(".hit").count() > 0) return true;
    await page.reload();
    return false;
  }, "the answer is found");
  await arrive(page, () => keys.enter(".hit"));
  await page.locator(".message.is-hit").waitFor();
  // What comes now is put in, and what was searched for stays marked.
  const marked = page.evaluate(() => new Promise((resolve) => {
    const count = () => document.querySelectorAll(".message.is-hit").length;
    document.addEventListener("htmx:afterSettle", ({ target }) => { if (target.id === "thread") resolve(count()); });
  }));
  await people.aoi.say("ではまた");
  assert.equal(await marked, 1);
  await arrive(page, () => keys.press("b"));
  await page.getByText("ボットに戻しました。").waitFor();
  await keys.press("e");
  await page.getByText("対応を終了しました。").waitFor();
  await keys.enter(".inbox-list .tabs a", "対応済み");
  await item(page, "葵").waitFor();
}

async function answerByKeyboard(page, keys, people) {
  // The keys are there once the page's scripts are.
  await page.waitForLoadState();
  await keys.press("r");
  await page.waitForFunction(() => document.activeElement.id === "text");
  await keys.type("/mc");
  await page.locator(".canned-list").getByRole("option").waitFor();
  await keys.press("Enter");
  await keys.type("またどうぞ");
  await keys.press("Control+Enter");
  await page.locator("#thread").getByText("葵さん、抹茶ございます。またどうぞ").waitFor();
  assert.equal((await people.aoi.read()).at(-1).text, "葵さん、抹茶ございます。またどうぞ");
  // What comes meanwhile is said aloud, and takes nobody's place.
  await keys.press("r");
  await keys.type("書");
  await people.aoi.say("うれしい");
  await page.locator("#desk-live").filter({ hasText: "葵: うれしい" }).waitFor({ state: "attached" });
  assert.equal(await page.evaluate(() => document.activeElement.id), "text");
  await keys.press("Control+a");
  await keys.type("明日お待ちしています");
  await keys.press("Escape");
  await keys.press("l");
  const answer = await hold(page);
  await keys.enter("button", "明日 9:00");
  await page.locator("#planned").getByText("明日お待ちしています").waitFor();
  await keys.press("Escape");
  await keys.press("r");
  await keys.type("次も");
  await keys.press("Escape");
  await keys.press("n");
  await page.waitForFunction(() => document.activeElement.closest(".composer-part textarea"));
  await keys.type("@Mia 確認お願いします");
  await answer.come();
  assert.equal(await page.locator("#text").inputValue(), "次も");
  await arrive(page, () => keys.press("Control+Enter"));
  await page.locator(".note").getByText("確認お願いします").waitFor();
}

/** Keeps the answer to the next reply back: what it does shows by the stream before it comes, and people write on. */
async function hold(page) {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  const before = await page.locator("#reply-id").inputValue();
  await page.route("**/inbox/*", async (route) => {
    if (route.request().method() !== "POST") return route.fallback();
    const response = await route.fetch();
    await held;
    await route.fulfill({ response });
  });
  const come = async () => {
    release();
    await page.waitForFunction((old) => document.querySelector("#reply-id").value !== old, before);
    await page.unroute("**/inbox/*");
  };
  return { come };
}

for (const engine of engines()) {
  describe(`an agent's day on ${engine}`, () => {
    let browser, server;
    before(async () => {
      [browser, server] = await Promise.all([launch(), serve(engine)]);
      for (const name of ["Lin", "Mia"]) {
        server.cli(["member", "create", "--email", `${name.toLowerCase()}@tea.example`, "--name", name, "--brand", "Tea",
          "--password-stdin"], PASSWORD);
      }
    });
    after(async () => { await browser?.close(); await server?.stop(); });

    for (const [device, viewport, kind] of [["desktop", DESKTOP, "service"], ["phone", PHONE, "subscription"]]) {
      it(`goes by on a ${device}`, async () => {
        const handle = `day-${device}`;
        const people = await prepare(server, handle, kind);
        const base = `${server.base}/console/accounts/${handle}`;
        const lin = await signIn(browser, server, "lin@tea.example", viewport);
        const mia = await signIn(browser, server, "mia@tea.example", viewport);
        if (kind === "service") await adoptTemplate(lin.page, base);
        await keepAnswers(lin.page, base);
        await answer(lin.page, mia.page, base, people);
        await seeTheFollower(lin.page, people);
        await sendEverything(lin.page, people, kind === "service");
        await publish(server, people.account, handle);
        await sendWhatPlays(lin.page, people);
        await noteAndPlan(lin.page, mia.page, base);
        await search(lin.page, base);
        await handBackAndClose(lin.page, base);
        await makeQueue(lin.page, base, people);
        assert.deepEqual([...lin.faults, ...mia.faults], []);
        await Promise.all([lin.close(), mia.close()]);
      });
    }

    it("goes by without a mouse", async () => {
      const people = await prepare(server, "day-keys", "service");
      const { page, faults, close } = await open(browser, DESKTOP, { locale: "ja-JP" });
      await byKeyboard(page, server, "day-keys", people);
      assert.deepEqual(faults, []);
      await close();
    });
  });
}
