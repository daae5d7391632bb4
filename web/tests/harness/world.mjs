// A brand in the middle of its work, so that every page has something to show.
import { CONTENT, publish } from "./articles.mjs";
import { startBot } from "./bot.mjs";
import { arrive, DESKTOP, open } from "./browser.mjs";
import { eventually, follower } from "./server.mjs";

export const EMAIL = "lin@tea.example";
export const PASSWORD = "a long password";
const BRAND = "Lantern Tea House";

/** Makes it. The bot runs until it is stopped. */
export async function prepare(server, browser) {
  const bot = await startBot();
  server.cli(["member", "create", "--email", EMAIL, "--brand", BRAND, "--platform-admin", "--password-stdin"], PASSWORD);
  const made = account(server, "service", "Lantern Tea House", "lantern", bot.url);
  account(server, "subscription", "茶与生活", "teas", "http://127.0.0.1:9/");
  bot.token = made.webhook_token;
  await talk(server);
  await attend(server, browser);
  const { key, cover, call } = await publish(server, made, "lantern");
  await gather(call, cover);
  return { bot, article: key };
}

function account(server, kind, name, handle, url) {
  return server.cli(["account", "create", "--kind", kind, "--name", name, "--handle", handle, "--brand", BRAND, "--webhook-url", url]);
}

async function talk(server) {
  const lines = [["mei", "Mei 小美", ["Are you open on Sunday?", "你好！周日营业吗？"]], ["jo", "Jo", ["Hello!"]],
    ["haruka", "はるか", ["こんにちは、抹茶はありますか？"]]];
  for (const [user, name, said] of lines) {
    const call = follower(server, user, name);
    await call("PUT", "/v1/accounts/lantern/follow", {});
    for (const text of said) await call("POST", "/v1/accounts/lantern/messages", { type: "text", text });
    await call("POST", "/v1/accounts/lantern/messages",
      { type: "location", latitude: 31.23, longitude: 121.47, scale: 15, label: "People's Square" });
    await eventually(async () => (await call("GET", "/v1/accounts/lantern/messages")).last_seq > said.length + 1, "answers");
  }
  await follower(server, "mei", "Mei 小美")("PUT", "/v1/accounts/teas/follow", {});
}

/** Two agents, of whom Lin is one and has a follower; another follower waits. */
async function attend(server, browser) {
  const { page, close } = await open(browser, DESKTOP);
  const base = `${server.base}/console/accounts/lantern`;
  await signIn(page, server);
  for (const [name, nickname] of [["lin", "小林 Lin"], ["mia", "Mia"]]) {
    await page.goto(`${base}/agents`);
    await page.locator("#agent").fill(name);
    await page.locator("#nickname").fill(nickname);
    await page.locator("form[action$='/agents'] button").click();
    if (name === "lin") await page.locator("form[action$='/bind'] button").click();
    await page.locator("#toasts .toast").waitFor();
  }
  await page.goto(`${base}/inbox`);
  await arrive(page, () => page.locator("button[name=online]").click());
  for (const [user, name] of [["mei", "Mei 小美"], ["jo", "Jo"]]) {
    await follower(server, user, name)("POST", "/v1/accounts/lantern/messages", { type: "text", text: "May I talk to a person?" });
  }
  await eventually(async () => { await page.goto(`${base}/inbox?tab=waiting`); return await page.locator(".inbox-items a").count() > 1; }, "two wait");
  await page.locator(".inbox-items a").first().click();
  await arrive(page, () => page.locator("button[value=take]").click());
  await page.locator("#text").fill("This is Lin. What can I do for you?");
  await page.locator(".composer button[type=submit], .composer button").first().click();
  await page.locator("#thread").getByText("This is Lin.").waitFor();
  await close();
}

/** What an operator's backend leaves behind. */
async function gather(call, cover) {
  await call("tags/create", JSON.stringify({ tag: { name: "常客" } }));
  await call("qrcode/create", JSON.stringify({ action_name: "QR_LIMIT_STR_SCENE", action_info: { scene: { scene_str: "front door" } } }));
  await call("menu/create", JSON.stringify({ button: [
    { type: "click", name: "今日の茶", key: "today" },
    { name: "店铺", sub_button: [{ type: "view", name: "Map", url: "https://tea.example/map" }, { type: "click", name: "Hours", key: "hours" }] },
  ] }));
  const article = { title: "Spring leaves", author: "Lin", content: CONTENT };
  await call("draft/add", JSON.stringify({ articles: [{ ...article, thumb_media_id: cover }] }));
  // One that is refused, for the page of errors.
  await call("draft/add", JSON.stringify({ articles: [article] })).catch(() => null);
  await call("message/mass/sendall", JSON.stringify({ filter: { is_to_all: true }, text: { content: "Tea at four" }, msgtype: "text" }));
}

export async function signIn(page, server) {
  await page.goto(`${server.base}/console/login`);
  await page.locator("input[type=email]").fill(EMAIL);
  await page.locator("input[type=password]").fill(PASSWORD);
  await page.locator("form[action='/console/login'] button").click();
  await page.waitForURL(/console(?!\/login)/);
}
