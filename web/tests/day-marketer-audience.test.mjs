// A marketer's day with the audience, in Japanese: followers and tags, QR codes, automatic replies by the time of day, and
// the menu.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { picture } from "./harness/articles.mjs";
import { arrive, DESKTOP, launch, look, open, PHONE, says } from "./harness/browser.mjs";
import { engines, eventually, follower, serve } from "./harness/server.mjs";

const browser = await launch();
after(() => browser.close());

const HANDLE = "lantern";

for (const engine of engines()) {
  test(`a marketer finds followers, makes codes and designs the menu (${engine})`, async () => {
    const server = await serve(engine);
    try {
      server.cli(["member", "create", "--email", "lin@tea.example", "--brand", "Tea", "--password-stdin"], "a long password");
      server.cli(["account", "create", "--kind", "service", "--name", "灯籠茶房", "--handle", HANDLE, "--brand", "Tea",
        "--webhook-url", "http://127.0.0.1:9/"]);
      server.guests = {};
      for (const [user, name] of [["mei", "小梅"], ["tanaka", "田中太郎"], ["suzuki", "スズキ イチロー"]]) {
        server.guests[user] = follower(server, user, name);
        await server.guests[user]("PUT", `/v1/accounts/${HANDLE}/follow`, {});
      }
      for (const viewport of [DESKTOP, PHONE]) await day(server, viewport);
    } finally {
      await server.stop();
    }
  });
}

async function day(server, viewport) {
  const { page, faults, close } = await open(browser, viewport, { locale: "ja-JP" });
  await page.goto(`${server.base}/console/login`);
  await page.locator("input[type=email]").fill("lin@tea.example");
  await page.locator("input[type=password]").fill("a long password");
  await page.locator("form[action='/console/login'] button").click();
  await page.waitForURL(/console(?!\/login)/);
  const base = `${server.base}/console/accounts/${HANDLE}`;
  const tag = `常連 ${viewport.width}`;
  await people(page, base, tag);
  await codes(server, page, base, viewport);
  await replies(page, base, viewport);
  await menu(server, page, base, tag, viewport);
  await page.goto(`${base}/templates`);
  await look(page, "templates");
  assert.deepEqual(faults, []);
  await close();
}

/** Makes a tag, finds somebody by part of their name, and gives it to them. */
async function people(page, base, tag) {
  await page.goto(`${base}/tags`);
  await page.locator("#tag_name").fill(tag);
  await page.getByRole("button", { name: "タグを作成" }).click();
  await page.getByText("タグを作成しました。").waitFor();
  await look(page, "tags");
  await page.goto(`${base}/followers`);
  await look(page, "followers");
  // The index follows a moment later.
  await eventually(async () => {
    await page.goto(`${base}/followers?q=${encodeURIComponent("すずき")}`);
    return (await page.locator("table.people tbody tr").count()) === 1;
  }, "a follower found by part of a name");
  await page.locator("#q").fill("太郎");
  await page.waitForFunction(() => document.querySelector("table.people th[scope=row]")?.textContent.includes("田中太郎"));
  await page.getByLabel("選択: 田中太郎").check();
  await page.locator("#give").selectOption({ label: tag });
  await page.getByRole("button", { name: "タグを付ける" }).click();
  await page.getByText("タグを付けました。").waitFor();
  await page.locator("table.people a", { hasText: "田中太郎" }).click();
  await page.locator("#remark").fill("窓側の席がお好み");
  await page.getByRole("button", { name: "保存" }).click();
  await page.getByText("保存しました。").waitFor();
  assert.equal(await page.locator("#remark").inputValue(), "窓側の席がお好み");
  await look(page, "follower");
  await page.getByRole("button", { name: "ブロック" }).click();
  await page.getByRole("heading", { name: "1 人をブロックしますか？" }).waitFor();
  await look(page, "follower-block");
  await arrive(page, () => page.getByRole("link", { name: "キャンセル" }).click());
  await page.goto(`${base}/followers?q=${encodeURIComponent("だれもいない")}`);
  await look(page, "followers-nobody");
}

/** Makes a code, has it scanned, and sees what came of it. */
async function codes(server, page, base, viewport) {
  const name = `正面入口 ${viewport.width}`;
  await page.goto(`${base}/codes`);
  await look(page, "codes");
  await page.locator("#code_name").fill(name);
  await page.getByRole("button", { name: "QR コードを作成" }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
  const link = new URL(await page.locator("#code-link").innerText());
  const guest = follower(server, `guest${viewport.width}`, "はじめての人");
  await guest("PUT", `/v1/accounts/${HANDLE}/follow`, { scene: link.searchParams.get("scene") });
  await page.reload();
  await says(page.locator("dl.stats"), /新規フォロワー\s+1/);
  await page.waitForFunction(() => document.querySelector(".qr-picture").naturalWidth > 0);
  await look(page, "code");
}

/** Adds a rule for the hours the house is closed and tries it at two moments. */
async function replies(page, base, viewport) {
  const name = `営業時間外 ${viewport.width}`;
  await page.goto(`${base}/auto-replies/new?kind=hours`);
  await page.locator("#rule_name").fill(name);
  await page.locator("#holidays").fill("2026-01-01");
  await page.locator("#text_1").fill("ただいま営業時間外です。");
  await look(page, "auto-reply-hours");
  await page.getByRole("button", { name: "保存" }).click();
  await page.getByText("保存しました。").waitFor();
  for (const [at, answered] of [["2026-11-25T22:00", true], ["2026-11-25T10:00", false]]) {
    await page.locator("#say").fill("こんにちは");
    await page.locator("#at").fill(at);
    await page.getByRole("button", { name: "試す" }).click();
    await says(page.locator("#try [role=status]"), answered ? /ただいま営業時間外です。/ : /応答するルールはありません。/);
  }
  await look(page, "auto-replies");
}

/** Designs a menu with the phone beside it, publishes it, and shows another to a tag. */
async function menu(server, page, base, tag, viewport) {
  await page.goto(`${base}/menu`);
  await look(page, `menu-before`);
  await arrive(page, () => page.getByRole("button", { name: /メニューを(作成|編集)/ }).click());
  while (await page.locator("#button-form").count()) {
    await arrive(page, () => page.getByRole("button", { name: "ボタンを削除" }).click());
  }
  await arrive(page, () => page.locator(".empty button").click());
  const shop = `ご予約${viewport.width === 390 ? "2" : "1"}`;
  await page.locator("#button_name").fill(shop);
  // The phone follows what is typed.
  await page.locator("#preview .menu-button", { hasText: shop }).waitFor();
  await page.locator("#button_text").fill("お電話でどうぞ。");
  await page.locator("#preview .bubble", { hasText: "お電話でどうぞ。" }).waitFor();
  await page.getByRole("button", { name: "中にボタンを追加" }).click();
  await page.locator(".menu-popup").waitFor();
  await arrive(page, () => page.locator(".menu-add button").click());
  await page.locator("#button_name").fill("お店");
  await page.locator("#kind").selectOption("view");
  await page.locator("#button_url").waitFor();
  await page.locator("#button_url").fill("https://tea.example/");
  await page.getByRole("button", { name: "保存", exact: true }).click();
  await page.locator("#preview .phone-link", { hasText: "tea.example" }).waitFor();
  await picks(page);
  await look(page, "menu-design");
  await page.getByRole("button", { name: "今すぐ公開" }).click();
  await page.getByText("メニューを公開しました。").waitFor();
  await server.guests.mei("POST", `/v1/accounts/${HANDLE}/menu/tap`, { button: "0.0" });
  await page.getByRole("button", { name: "出し分けを追加" }).click();
  await page.locator("#menu_name").fill(`常連さん ${viewport.width}`);
  await page.locator("#tag").selectOption({ label: tag });
  await page.locator("form[action$='/who'] button").click();
  await page.getByText("保存しました。").waitFor();
  await look(page, "menu-design-some");
  await page.getByRole("button", { name: "今すぐ公開" }).click();
  await page.getByText("メニューを公開しました。").waitFor();
  await page.locator("#seen #tag").selectOption({ label: tag });
  await page.locator("#seen button").click();
  await page.locator("#seen [role=status]", { hasText: `常連さん ${viewport.width}` }).waitFor();
  await says(page.locator("main"), /お電話でどうぞ。/);
  await look(page, "menu");
}

/** A button that sends a picture, which is uploaded there; what was typed stays. */
async function picks(page) {
  await arrive(page, () => page.locator(".menu-add button").click());
  await page.locator("#button_name").fill("写真");
  await page.locator("#kind").selectOption("media");
  await page.locator("#upload").setInputFiles({ name: "tea.png", mimeType: "image/png", buffer: picture(320, 180) });
  // A slow answer: what is stored while one types must not come between.
  await page.route("**/upload", (route) => setTimeout(() => route.continue(), 700));
  await arrive(page, () => page.getByRole("button", { name: "アップロード" }).click());
  assert.equal(await page.locator("#media_id option:checked").innerText(), "画像: tea.png");
  assert.equal(await page.locator("#button_name").inputValue(), "写真");
}
