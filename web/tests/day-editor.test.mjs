// An editor's day, in Chinese: writes an issue, pastes, drops pictures, crops covers, meets a colleague, goes back a version,
// looks at it on a phone, has it published, and features what a reader says.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { picture } from "./harness/articles.mjs";
import { arrive, counts, DESKTOP, launch, look, open, PHONE } from "./harness/browser.mjs";
import { drop, paste, WEB, WORD } from "./harness/pasting.mjs";
import { engines, eventually, follower, serve } from "./harness/server.mjs";

const PASSWORD = "a long password";
const DRAFTS = "/console/accounts/lantern/drafts";
const browser = await launch();
after(() => browser.close());

for (const engine of engines()) {
  test(`an editor's day (${engine})`, async () => {
    const server = await serve(engine);
    try {
      for (const name of ["lin", "mei"]) {
        server.cli(["member", "create", "--email", `${name}@tea.example`, "--brand", "Tea", "--password-stdin"], PASSWORD);
      }
      server.cli(["account", "create", "--kind", "service", "--name", "灯笼茶馆", "--handle", "lantern", "--brand", "Tea"]);
      for (const viewport of [DESKTOP, PHONE]) await day(server, viewport);
    } finally {
      await server.stop();
    }
  });
}

async function enter(server, viewport, name) {
  const opened = await open(browser, viewport, { locale: "zh-CN" });
  const { page } = opened;
  await page.goto(`${server.base}/console/login`);
  await page.getByLabel("邮箱").fill(`${name}@tea.example`);
  await page.getByLabel("密码").fill(PASSWORD);
  await page.locator("form[action='/console/login'] button").click();
  await page.waitForURL(/console(?!\/login)/);
  return opened;
}

const content = (page) => page.locator("textarea[name=content]").inputValue();
const saved = (page) => page.locator("#state").getByText(/^已保存/).waitFor();

async function day(server, viewport) {
  const { page, faults, close } = await enter(server, viewport, "lin");
  const title = viewport === PHONE ? "手机上写的" : "茶馆周六开张";
  await page.goto(server.base + DRAFTS);
  await look(page, "drafts");
  await page.goto(`${server.base}${DRAFTS}/new`);
  await look(page, "draft-new");
  await page.getByRole("button", { name: "写图文" }).click();
  await write(page, title);
  await paste(page, WORD);
  await pasted(page);
  await drop(page, "#page", picture(640, 360));
  await page.locator("#page img[src^='/media/']").waitFor();
  await saved(page);
  await describe(page);
  await look(page, "draft");
  await second(page);
  await cover(page, viewport);
  await meet(server, viewport, page);
  await goBack(page, title);
  await preview(page, title);
  const key = await publish(server, page, title);
  await feature(server, page, viewport, key, title);
  // A save that comes too late is answered 409, which Chromium logs; nothing else is wrong.
  assert.deepEqual(faults.filter((fault) => !fault.includes("status of 409")), []);
  await close();
}

async function write(page, title) {
  await page.locator("#page").waitFor();
  await page.getByLabel("标题", { exact: true }).first().fill(title);
  assert.match(await page.locator("#title-count").innerText(), new RegExp(`^${title.length}/64`));
  const text = page.getByRole("textbox", { name: "文章正文" });
  await text.click();
  await page.keyboard.type("## 三间屋子");
  await page.keyboard.press("Enter");
  await page.keyboard.type("一只水壶，");
  await page.keyboard.press("Control+b");
  await page.keyboard.type("满屋茶香");
  await page.keyboard.press("Control+b");
  await page.keyboard.press("Enter");
  await page.keyboard.type("- 第一项");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  assert.equal(await content(page), "<h2>三间屋子</h2><p>一只水壶，<strong>满屋茶香</strong></p><ul><li><p>第一项</p></li></ul>");
  await saved(page);
  await page.getByRole("button", { name: "居中" }).click();
  await page.keyboard.type("居中的一行");
  assert.match(await content(page), /<p style="text-align: center">居中的一行<\/p>/);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "左对齐" }).click();
}

async function pasted(page) {
  const word = await content(page);
  assert.doesNotMatch(word, /mso|Mso|<o:|font|windowtext|file:/i);
  for (const wanted of ["<h1>茶馆开张</h1>", "<strong>周六上午十点</strong>", "<em>不见不散</em>", "<li><p>绿茶</p><ul><li><p>龙井</p></li></ul></li>",
    "<ol><li><p>坐船到码头</p></li>", "<a href=\"https://tea.example/map\">地图</a>", "<td><p>周六</p></td>"]) {
    assert.ok(word.includes(wanted), `${wanted} in ${word}`);
  }
  await page.locator(".toast").getByText("已移除 1 张外站图片").waitFor();
  await page.locator(".toast [data-dismiss]").first().click();
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Enter");
  await paste(page, WEB);
  const web = await content(page);
  for (const wanted of ["<h2>街角的茶</h2>", "<strong>记者</strong>报道", "<em>烧旺</em>", "https://news.example/a?b=1&amp;c=2", "<blockquote><p>茶要慢慢喝。</p></blockquote>"]) {
    assert.ok(web.includes(wanted), `${wanted} in ${web}`);
  }
  assert.doesNotMatch(web, /onclick|script|url\(|img\.example|javascript|stats\.example/);
  await page.locator(".toast").getByText("已移除 1 张外站图片").waitFor();
  await page.locator(".toast [data-dismiss]").first().click();
}

async function describe(page) {
  await page.locator("#page img[src]").click();
  await page.getByRole("button", { name: "图片说明" }).click();
  await page.locator("#alt-text").fill("山坡上的茶园");
  await page.locator("#alt-dialog button[value=set]").click();
  await page.locator('#page img[alt="山坡上的茶园"]').waitFor();
  assert.match(await content(page), /alt="山坡上的茶园"/);
  await page.locator("#page h2").first().click();
  await page.keyboard.press("Control+k");
  await page.locator("#link-address").fill("https://tea.example/");
  await page.locator("#link-dialog button[value='']").click();
  await page.keyboard.press("Control+s");
  await saved(page);
}

async function second(page) {
  await page.getByRole("button", { name: "添加一篇" }).click();
  await page.waitForURL(/articles\/2/);
  await page.getByLabel("标题", { exact: true }).first().fill("这个月泡什么");
  await page.getByRole("textbox", { name: "文章正文" }).click();
  await page.keyboard.type("白茶和黄茶。");
  await page.getByLabel("作者").fill("林");
  await page.getByLabel("仅关注者可留言").check();
  // What leads away saves first.
  await page.getByRole("link", { name: "选择并裁剪" }).click();
  await page.locator(".crop-library a").first().click();
  await page.locator(".crop-frame").waitFor();
  assert.ok(await page.getByLabel("1 : 1，用于次条").isChecked());
  await look(page, "draft-cover");
  await page.getByRole("button", { name: "裁剪并使用" }).click();
  await page.getByText("封面已设置。").waitFor();
  assert.equal(await page.getByLabel("标题", { exact: true }).first().inputValue(), "这个月泡什么");
  const shape = await page.locator("#cover img").evaluate(async (image) => { await image.decode(); return image.naturalWidth / image.naturalHeight; });
  assert.ok(Math.abs(shape - 1) < 0.02, `square: ${shape}`);
}

async function cover(page) {
  await page.goto(page.url().replace(/articles\/2.*/, "articles/1/cover"));
  await page.locator("#file").setInputFiles({ name: "hill.png", mimeType: "image/png", buffer: picture(1200, 900) });
  await arrive(page, () => page.getByRole("button", { name: "上传" }).click());
  const frame = page.locator(".crop-frame");
  await frame.focus();
  const top = Number(await page.getByLabel("上", { exact: true }).inputValue());
  await page.keyboard.press("ArrowDown");
  assert.equal(Number(await page.getByLabel("上", { exact: true }).inputValue()), top + 10);
  await page.keyboard.press("-");
  assert.equal(await page.getByLabel("宽", { exact: true }).inputValue(), "990");
  await page.getByRole("button", { name: "裁剪并使用" }).click();
  await page.getByText("封面已设置。").waitFor();
  const shape = await page.locator("#cover img").evaluate(async (image) => { await image.decode(); return image.naturalWidth / image.naturalHeight; });
  assert.ok(Math.abs(shape - 2.35) < 0.02, `wide: ${shape}`);
}

/** A colleague comes, sees who writes, and takes over; then it is the other's turn to see. */
async function meet(server, viewport, page) {
  await page.reload();
  await page.locator(".editor-here[data-writes=true]").waitFor({ state: "attached" });
  // From here on this page hears nothing of others, as on a bad line.
  await page.route("**/here", (route) => route.fulfill({ status: 204 }));
  const other = await enter(server, viewport, "mei");
  await other.page.goto(page.url());
  await other.page.getByText("lin 正在编辑").waitFor();
  await other.page.locator("#page[contenteditable=false]").waitFor();
  await look(other.page, "draft-editing");
  await other.page.getByRole("button", { name: "接手编辑" }).click();
  await other.page.getByText("现在由你编辑。").waitFor();
  await other.page.locator("#page").click();
  await other.page.keyboard.press("Control+End");
  await other.page.keyboard.type("小美加了一句。");
  await saved(other.page);
  assert.deepEqual(other.faults, []);
  // The first page does not know yet: what it writes is kept as a version.
  await page.locator("#page").click();
  await page.keyboard.type("晚了");
  await page.locator("#trouble").getByText(/mei 保存了修改.*已保留为版本/).waitFor();
  await look(page, "draft-conflict");
  await other.close();
  page.on("dialog", (dialog) => dialog.accept());
}

async function goBack(page, title) {
  const draft = page.url().split("/articles/")[0];
  await page.goto(`${draft}/versions`);
  await look(page, "draft-versions");
  const rows = page.locator("tbody tr");
  await rows.filter({ hasText: "冲突保留" }).getByRole("link", { name: /对比/ }).click();
  await page.locator("ins", { hasText: "小美加了一句" }).waitFor();
  await look(page, "draft-version");
  await page.goto(`${draft}/versions`);
  await rows.filter({ hasText: "手动保存" }).last().getByRole("button", { name: /恢复此版本/ }).click();
  await page.getByText("已恢复到那个版本。").waitFor();
  await page.goto(`${draft}/versions`);
  // And forward again: going back lost nothing.
  await rows.filter({ hasText: "mei" }).first().getByRole("button", { name: /恢复此版本/ }).click();
  await page.getByText("已恢复到那个版本。").waitFor();
  assert.match(await content(page), /小美加了一句/);
  assert.equal(await page.locator("#heading").innerText(), title);
}

async function preview(page, title) {
  await page.getByRole("link", { name: "预览" }).click();
  await page.frameLocator("iframe").getByRole("heading", { level: 1, name: title }).waitFor();
  assert.equal(await page.frameLocator("iframe").locator("td").first().innerText(), "日期");
  await look(page, "draft-preview");
}

async function publish(server, page, title) {
  await arrive(page, () => page.getByRole("link", { name: /^发表/ }).click());
  await look(page, "draft-publish");
  // The field offers an hour from now, where the account is.
  const offered = Date.parse(`${await page.locator("#due").inputValue()}Z`) - 3_600_000;
  const zone = Math.round((offered - Date.now()) / 900_000) * 900_000;
  await page.getByRole("link", { name: "写一条群发" }).waitFor();
  const month = (await page.locator("#due").inputValue()).slice(0, 7);
  await page.getByRole("button", { name: "定时", exact: true }).click();
  await page.getByText("已设定发表时间。").waitFor();
  await look(page, "draft-scheduled");
  // The calendar has it, and leads back here.
  await page.goto(`${server.base}/console/accounts/lantern/calendar?month=${month}`);
  await arrive(page, () => page.locator(".month-item", { hasText: title }).click());
  await page.getByRole("button", { name: "更改时间" }).waitFor();
  await page.goto(server.base + DRAFTS);
  await page.getByText("定时发表").last().waitFor();
  await look(page, "drafts-scheduled");
  await page.getByRole("link", { name: title }).first().click();
  await page.getByText("已定时发表，在此之前不能修改").waitFor();
  await page.getByRole("link", { name: "更改或取消" }).click();
  // In two seconds, which the field with its whole minutes cannot say.
  const due = new Date(Date.now() + zone + 2_000).toISOString().slice(0, 19);
  await page.locator("#due").evaluate((field, value) => { field.step = "1"; field.value = value; }, due);
  await page.getByRole("button", { name: "更改时间" }).click();
  await page.getByText("已设定发表时间。").waitFor();
  return eventually(async () => {
    await page.goto(`${server.base}/console/accounts/lantern/articles`);
    const link = page.getByRole("link", { name: title, exact: true });
    return await link.count() && (await link.first().getAttribute("href")).split("/s/")[1];
  }, "the issue is out");
}

/** Comments are gone through, answered and featured by keys alone, which `?` lists. */
async function curate(page) {
  await page.keyboard.press("?");
  await page.getByText("下一条、上一条留言").waitFor();
  await look(page, "comments-keys");
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.locator("[data-item]:focus").waitFor();
  await page.keyboard.press("x");
  assert.equal(await page.locator("[data-item] input[type=checkbox]").first().isChecked(), true);
  await page.keyboard.press("r");
  await page.keyboard.type("周六见，欢迎光临！");
  await arrive(page, () => page.keyboard.press("Control+Enter"));
  await page.getByText("周六见，欢迎光临！").waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("d");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "移除");
  await arrive(page, () => page.keyboard.press("Enter"));
  await page.getByText("已移除。可在").waitFor();
  await page.goto(`${page.url().split("?")[0]}?which=removed`);
  await look(page, "comments-removed");
  await page.keyboard.press("j");
  await arrive(page, () => page.keyboard.press("u"));
  await page.getByText("已恢复到“未精选”。").waitFor();
  await page.goto(page.url().split("?")[0]);
  await page.getByText("周六见，欢迎光临！").waitFor();
  await page.keyboard.press("j");
  await arrive(page, () => page.keyboard.press("f"));
  await page.getByText("没有留言").first().waitFor();
  await page.goto(`${page.url().split("?")[0]}?which=elected`);
}

async function feature(server, page, viewport, key, title) {
  const reader = follower(server, `reader-${viewport.width}`, "小周");
  await reader("PUT", "/v1/accounts/lantern/follow", {});
  await reader("POST", `/v1/articles/${key}/comments`, { text: "周六见！" });
  await page.goto(`${server.base}/s/${key}`);
  assert.equal(await page.locator("h1").first().innerText(), title);
  await counts(page.getByText("周六见！"), 0);
  await page.goto(`${server.base}/console/accounts/lantern/comments`);
  await look(page, "comments");
  await curate(page);
  await page.getByRole("link", { name: title }).first().click();
  await page.getByText(/已精选 1/).waitFor();
  await page.goto(`${server.base}/s/${key}`);
  await page.getByText("周六见！").waitFor();
}
