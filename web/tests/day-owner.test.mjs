// The owner's day, in Chinese: an account waits for the platform, is applied for, rejected, appealed and approved; it gets
// a face; it is suspended and comes back; a person's data is handed out and deleted; and everything stands on record.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { arrive, DESKTOP, launch, look, open, PHONE } from "./harness/browser.mjs";
import { engines, eventually, follower, serve } from "./harness/server.mjs";

const PASSWORD = "a long password";
const PDF = { name: "营业执照.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n") };
const PNG = {
  name: "logo.png",
  mimeType: "image/png",
  buffer: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==", "base64"),
};

function member(server, email, ...more) {
  server.cli(["member", "create", "--email", email, "--password-stdin", ...more], PASSWORD);
}

async function enter(browser, server, email, [viewport, options]) {
  const opened = await open(browser, viewport, { ...options, locale: "zh-CN" });
  const { page } = opened;
  await page.goto(`${server.base}/console`);
  await page.getByLabel("邮箱").fill(email);
  await page.getByLabel("密码").fill(PASSWORD);
  await page.getByRole("button", { name: "登录" }).click();
  await page.getByRole("heading", { level: 1, name: "公众号" }).waitFor();
  return opened;
}

/** The platform wants to approve accounts; the owner makes one and applies for it. */
async function apply(owner, root, server, handle) {
  await root.goto(`${server.base}/console/platform`);
  const on = root.getByRole("button", { name: "开启审批" });
  if (await on.count()) await on.click();
  await root.getByRole("button", { name: "关闭审批" }).waitFor();
  await look(root, "owner-platform");
  await owner.goto(`${server.base}/console/accounts/new`);
  await owner.getByLabel("名称", { exact: true }).fill(`茶馆 ${handle}`);
  await owner.getByLabel("账号", { exact: true }).fill(handle);
  await owner.getByRole("button", { name: "创建公众号" }).click();
  await owner.getByText("需先由平台批准").waitFor();
  await look(owner, "owner-verification-begin");
  await owner.getByRole("button", { name: "开始申请" }).click();
  await owner.getByLabel("材料文件").setInputFiles(PDF);
  await owner.getByRole("button", { name: "添加材料" }).click();
  await owner.getByText("材料已添加。").waitFor();
  await owner.getByLabel("主体名称").fill("茶馆有限公司");
  await owner.getByRole("button", { name: "提交审核" }).click();
  await owner.getByText("请填写注册号").waitFor();
  await owner.getByLabel("注册号").fill("91310000MA1FL0000X");
  await owner.getByLabel("联系人").fill("林");
  await owner.getByLabel("邮箱").fill("lin@tea.example");
  await owner.getByLabel("说明").fill("发布茶馆的消息，接受预订。");
  await look(owner, "owner-verification-form");
  await owner.getByRole("button", { name: "提交审核" }).click();
  await owner.getByText("已提交，平台审核后会邮件通知你。").waitFor();
  await look(owner, "owner-verification-sent");
}

async function decide(root, server, handle, button, reason) {
  await root.goto(`${server.base}/console/platform/applications`);
  await root.getByRole("link", { name: `茶馆 ${handle}` }).click();
  if (reason) await root.getByLabel("理由").fill(reason);
  await root.getByRole("button", { name: button, exact: true }).click();
}

/** More is asked for, then it is rejected, appealed and approved. */
async function review(owner, root, server, handle) {
  const page = `${server.base}/console/accounts/${handle}/verification`;
  await root.goto(`${server.base}/console/platform/applications`);
  await look(root, "owner-applications");
  await root.getByRole("link", { name: `茶馆 ${handle}` }).click();
  await root.getByRole("link", { name: "营业执照.pdf" }).waitFor();
  await look(root, "owner-application");
  await root.getByRole("button", { name: "不通过" }).click();
  await root.getByText("请填写理由").waitFor();
  await decide(root, server, handle, "要求补充", "请补充门店照片");
  await root.getByText("已要求补充").waitFor();
  await owner.goto(page);
  await owner.locator(".notice", { hasText: "请补充门店照片" }).waitFor();
  await look(owner, "owner-verification-asked");
  await arrive(owner, () => owner.getByRole("button", { name: "提交审核" }).click());
  await decide(root, server, handle, "不通过", "执照不清晰");
  await root.getByText("未通过，已把理由邮件通知所有者。").waitFor();
  await owner.goto(page);
  await arrive(owner, () => owner.getByRole("button", { name: "提出申诉" }).click());
  await owner.getByLabel("说明").fill("执照是清晰的，请再看一次。");
  await arrive(owner, () => owner.getByRole("button", { name: "提交审核" }).click());
  await decide(root, server, handle, "通过");
  await root.getByText("已通过，已邮件通知所有者。").waitFor();
  await owner.goto(page);
  await owner.getByText("已认证").first().waitFor();
  await look(owner, "owner-verification-done");
}

/** The account gets a name and a face, which followers see. */
async function dress(owner, server, handle) {
  await owner.goto(`${server.base}/console/accounts/${handle}/profile`);
  await owner.getByLabel("名称", { exact: true }).fill(`老茶馆 ${handle}`);
  await owner.getByLabel("简介").fill("每天一壶好茶");
  await owner.getByRole("button", { name: "保存" }).click();
  await owner.getByText("已保存。").waitFor();
  await owner.getByLabel("图片文件").setInputFiles(PNG);
  await owner.getByRole("button", { name: "更换头像" }).click();
  await owner.getByAltText("公众号头像").waitFor();
  await look(owner, "owner-profile");
  const card = await follower(server, `see-${handle}`)("GET", `/v1/accounts/${handle}`);
  assert.deepEqual([card.name, card.verified, card.description], [`老茶馆 ${handle}`, true, "每天一壶好茶"]);
  assert.match(card.avatar_url, /\/media\//);
}

/** Suspended, it reaches nobody and nobody comes; what is written is kept. */
async function suspend(owner, root, server, handle) {
  const jo = follower(server, `jo-${handle}`, "小周");
  await jo("PUT", `/v1/accounts/${handle}/follow`, {});
  await root.goto(`${server.base}/console/platform/accounts?q=${handle}`);
  await look(root, "owner-accounts");
  await arrive(root, () => root.getByRole("link", { name: `老茶馆 ${handle}` }).click());
  await look(root, "owner-account");
  await root.getByLabel("理由").fill("有人投诉");
  await root.getByRole("button", { name: "暂停", exact: true }).click();
  await root.getByRole("button", { name: "恢复" }).waitFor();
  await jo("POST", `/v1/accounts/${handle}/messages`, { type: "text", text: "还开门吗？" });
  const late = follower(server, `late-${handle}`)("PUT", `/v1/accounts/${handle}/follow`, {});
  await assert.rejects(late, /account_suspended/);
  await owner.goto(`${server.base}/console/accounts/${handle}`);
  await owner.getByText("平台已暂停这个公众号").waitFor();
  await look(owner, "owner-suspended");
  await root.getByLabel("理由").fill("已核实");
  await root.getByRole("button", { name: "恢复" }).click();
  await root.getByRole("button", { name: "暂停", exact: true }).waitFor();
  const { openid } = await jo("GET", `/v1/accounts/${handle}`);
  return openid;
}

/** One person's data is handed out, and deleted. */
async function forget(owner, server, handle, openid) {
  await owner.goto(`${server.base}/console/accounts/${handle}/privacy`);
  await owner.getByLabel("OpenID 或用户 ID").fill(openid);
  await owner.getByRole("button", { name: "查找" }).click();
  await owner.getByText("小周").waitFor();
  await look(owner, "owner-privacy-found");
  const [download] = await Promise.all([owner.waitForEvent("download"), owner.getByRole("button", { name: "导出" }).click()]);
  assert.match(download.suggestedFilename(), /\.zip$/);
  const read = "import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read('person.json'))";
  const all = JSON.parse(execFileSync("python3", ["-c", read, await download.path()], { encoding: "utf8" }));
  assert.equal(all.messages[0].content.text, "还开门吗？");
  assert.equal(all.followers[0].openid, openid);
  await arrive(owner, () => owner.getByRole("link", { name: "删除" }).click());
  await look(owner, "owner-privacy-confirm");
  await owner.getByRole("button", { name: "删除" }).click();
  await owner.getByText("正在删除").waitFor();
  await eventually(async () => {
    await owner.goto(`${server.base}/console/accounts/${handle}/privacy?q=${openid}`);
    return await owner.getByText("已完成").count() > 0;
  }, "the person is deleted");
  await owner.getByText("没有找到这个人。").waitFor();
  await look(owner, "owner-privacy-done");
}

/** The brand's rules, who may what, and who did what. */
async function rule(owner, server, handle) {
  await owner.goto(`${server.base}/console/brand/settings`);
  await owner.getByLabel("会话保留").selectOption({ label: "365 天" });
  await arrive(owner, () => owner.getByRole("button", { name: "保存" }).click());
  // Less than for ever, as it was before the first of these walks: what is older goes for good.
  const sure = owner.getByLabel("永久删除超出期限的内容");
  if (await sure.count() > 0) {
    await look(owner, "owner-brand-sure");
    await sure.check();
    await owner.getByRole("button", { name: "保存" }).click();
  }
  await owner.getByText("已保存").waitFor();
  await look(owner, "owner-brand");
  await owner.goto(`${server.base}/console/team`);
  await owner.getByText("角色权限一览").first().click();
  await look(owner, "owner-team");
  await owner.goto(`${server.base}/console/accounts/${handle}/move`);
  await owner.getByLabel("邮箱").fill("eve@other.example");
  await owner.getByLabel("当前密码").fill(PASSWORD);
  await owner.getByRole("button", { name: "发出转移邀请" }).click();
  await owner.getByText("已向 eve@other.example 发出邀请").waitFor();
  await look(owner, "owner-move");
  await owner.getByRole("button", { name: "撤回" }).click();
  await owner.getByText("邀请已撤回。").waitFor();
}

/** Closed, nobody follows, writes or is told; it is opened again. */
async function close(owner, server, handle) {
  await owner.goto(`${server.base}/console/accounts/${handle}/profile`);
  await arrive(owner, () => owner.getByRole("link", { name: "关闭公众号" }).click());
  await owner.getByText("30 天内可以重新开启").waitFor();
  await look(owner, "owner-close");
  const sure = owner.getByLabel(`请输入账号名：${handle}`);
  await sure.fill("tea");
  await owner.getByRole("button", { name: "立即关闭公众号" }).click();
  await owner.getByText("与账号名不一致").first().waitFor();
  await sure.fill(handle);
  await owner.getByRole("button", { name: "立即关闭公众号" }).click();
  await owner.getByRole("heading", { name: "公众号已关闭" }).waitFor();
  await look(owner, "owner-closed");
  const fan = follower(server, `fan-${handle}`);
  await assert.rejects(fan("PUT", `/v1/accounts/${handle}/follow`, {}), /account_closed/);
  assert.equal((await fan("GET", `/v1/accounts/${handle}`)).closed, true);
  await owner.goto(`${server.base}/console`);
  await owner.getByText("已关闭").first().waitFor();
  await owner.goto(`${server.base}/console/accounts/${handle}/close`);
  await owner.getByRole("button", { name: "重新开启" }).click();
  await owner.getByText("公众号已重新开启。").waitFor();
  await fan("PUT", `/v1/accounts/${handle}/follow`, {});
}

/** Times of sessions are the browser's, until another zone is chosen. */
async function choose(owner, server) {
  await owner.goto(`${server.base}/console/settings`);
  await owner.getByLabel("时区").selectOption("Asia/Tokyo");
  await arrive(owner, () => owner.locator("form[action$='time-zone'] button").click());
  await look(owner, "owner-settings");
  await owner.goto(`${server.base}/console/settings/sign-in`);
  await owner.getByText("Asia/Tokyo").waitFor();
  await look(owner, "owner-sessions");
}

async function readLog(owner, root, mia, server) {
  await owner.goto(`${server.base}/console/activity`);
  for (const words of ["删除了某人的数据", "暂停了公众号", "修改了品牌设置", "发出了公众号转移邀请", "关闭了公众号", "重新开启了公众号"]) {
    await owner.getByRole("rowheader", { name: words }).first().waitFor();
  }
  await look(owner, "owner-activity");
  await owner.getByRole("link", { name: "校验日志" }).click();
  await owner.getByText("日志完整").waitFor();
  await look(owner, "owner-activity-check");
  await root.goto(`${server.base}/console/platform/activity`);
  await root.getByRole("rowheader", { name: "暂停了公众号" }).first().waitFor();
  await mia.goto(`${server.base}/console/brand/transfer`);
  await look(mia, "owner-transfer");
  await mia.getByLabel("当前密码").fill("wrong password");
  await mia.getByRole("button", { name: "确认转让" }).click();
  await mia.getByText("当前密码不正确。").first().waitFor();
}

for (const engine of engines()) {
  describe(`the owner's day on ${engine}`, () => {
    let browser, server;
    before(async () => {
      [browser, server] = await Promise.all([launch(), serve(engine)]);
      member(server, "root@crier.example", "--platform-admin");
    });
    after(async () => { await browser?.close(); await server?.stop(); });

    for (const [device, viewport, options] of [["desktop", DESKTOP, {}], ["phone", PHONE, {}]]) {
      it(`on a ${device}`, async () => {
        const handle = `tea-${device}`;
        for (const name of ["lin", "mia"]) member(server, `${name}@${device}.example`, "--brand", `茶 ${device}`);
        const pages = await Promise.all([`lin@${device}.example`, "root@crier.example", `mia@${device}.example`]
          .map((email) => enter(browser, server, email, [viewport, options])));
        const [owner, root, mia] = pages.map(({ page }) => page);
        await apply(owner, root, server, handle);
        await review(owner, root, server, handle);
        await dress(owner, server, handle);
        const openid = await suspend(owner, root, server, handle);
        await forget(owner, server, handle, openid);
        await rule(owner, server, handle);
        await close(owner, server, handle);
        await choose(owner, server);
        await readLog(owner, root, mia, server);
        assert.deepEqual(pages.flatMap(({ faults }) => faults), []);
        await Promise.all(pages.map(({ close }) => close()));
      });
    }
  });
}
