// Pictures of every page at both widths, for looking at: `make screenshots` puts them into .screenshots.
import { copyFileSync, mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { publish } from "./harness/articles.mjs";
import { startBot } from "./harness/bot.mjs";
import { DESKTOP, launch, open, PHONE } from "./harness/browser.mjs";
import { eventually, follower, serve } from "./harness/server.mjs";

const folder = resolve(import.meta.dirname, "../../.screenshots");
const browser = await launch();
const server = await serve("sqlite");
const bot = await startBot();

function prepare() {
  server.cli(["member", "create", "--email", "lin@tea.example", "--brand", "Lantern Tea House", "--password-stdin"],
    "a long password");
  const made = server.cli(["account", "create", "--kind", "service", "--name", "Lantern Tea House", "--handle", "lantern",
    "--brand", "Lantern Tea House", "--webhook-url", bot.url]);
  server.cli(["account", "create", "--kind", "subscription", "--name", "茶与生活", "--handle", "teas",
    "--brand", "Lantern Tea House", "--webhook-url", "http://127.0.0.1:9/"]);
  bot.token = made.webhook_token;
  return made;
}

async function talk() {
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
  const call = follower(server, "mei", "Mei 小美");
  await call("PUT", "/v1/accounts/teas/follow", {});
}

/** Two agents, of whom Lin is one and has a follower; another follower waits. */
async function attend() {
  const { page, close } = await open(browser, DESKTOP);
  await signIn(page);
  for (const [name, nickname] of [["lin", "小林 Lin"], ["mia", "Mia"]]) {
    await page.goto(`${server.base}/console/accounts/lantern/agents`);
    await page.locator("#agent").fill(name);
    await page.locator("#nickname").fill(nickname);
    await page.locator("form[action$='/agents'] button").click();
    if (name === "lin") await page.locator("form[action$='/bind'] button").click();
    await page.waitForURL(/done=/);
  }
  await page.goto(`${server.base}/console/accounts/lantern/inbox`);
  await page.locator("button[name=online]").click();
  for (const [user, name] of [["mei", "Mei 小美"], ["jo", "Jo"]]) {
    const call = follower(server, user, name);
    await call("POST", "/v1/accounts/lantern/messages", { type: "text", text: "May I talk to a person?" });
  }
  await eventually(async () => { await page.reload(); return (await page.locator(".tabs .count").count()) > 0; }, "somebody waits");
  await page.goto(`${server.base}/console/accounts/lantern/inbox?tab=waiting`);
  await page.locator(".inbox-items a").first().click();
  await page.locator("button[value=take]").click();
  await page.locator("#text").fill("This is Lin. What can I do for you?");
  await page.locator(".composer button").click();
  await page.locator("#thread").getByText("This is Lin.").waitFor();
  await close();
}

async function signIn(page) {
  await page.goto(`${server.base}/console/login`);
  await page.locator("input[type=email]").fill("lin@tea.example");
  await page.locator("input[type=password]").fill("a long password");
  await page.locator("form[action='/console/login'] button").click();
  await page.waitForURL(/console(?!\/login)/);
}

async function walk(name, viewport, options) {
  const { page, close } = await open(browser, viewport, options);
  const shoot = async (what, how = {}) => {
    await page.waitForLoadState("load");
    await page.screenshot({ path: `${folder}/${what}-${name}.png`, ...how });
  };
  await page.goto(`${server.base}/console/login`);
  await shoot("login");
  await signIn(page);
  const paths = { home: "", new: "/accounts/new", overview: "/accounts/lantern", developer: "/accounts/lantern/developer",
    inbox: "/accounts/lantern/inbox", deliveries: "/accounts/lantern/deliveries",
    agents: "/accounts/lantern/agents", "inbox-waiting": "/accounts/lantern/inbox?tab=waiting",
    "deliveries-failed": "/accounts/teas/deliveries", "deliveries-filter": "/accounts/teas/deliveries?kind=followed",
    articles: "/accounts/lantern/articles", templates: "/accounts/lantern/templates", comments: "/accounts/lantern/comments", "developer-failing": "/accounts/teas/developer",
    "auto-replies": "/accounts/lantern/auto-replies?say=hello", "auto-reply": "/accounts/lantern/auto-replies/new", team: "/team", settings: "/settings", missing: "/nowhere" };
  for (const [what, path] of Object.entries(paths)) {
    await page.goto(`${server.base}/console${path}`);
    await shoot(what);
  }
  await page.goto(`${server.base}/console/accounts/lantern/inbox`);
  await page.locator(".inbox a[href*='/inbox/']").last().click();
  await shoot("conversation");
  await page.goto(`${server.base}/console/accounts/lantern/inbox?tab=mine`);
  await page.locator(".inbox-items a").first().click();
  await shoot("conversation-agent");
  await page.goto(`${server.base}/console/accounts/lantern/agents`);
  await page.locator("table a").last().click();
  await shoot("agent", { fullPage: true });
  await page.goto(`${server.base}/console/accounts/lantern/deliveries`);
  await page.locator("table a").first().click();
  await shoot("delivery");
  await page.goto(`${server.base}/console/accounts/lantern/developer`);
  await page.locator("#webhook tbody a").first().click();
  await shoot("endpoint", { fullPage: true });
  await page.goto(`${server.base}/console/accounts/teas/developer`);
  await page.locator("#webhook tbody a").first().click();
  await page.locator("#recover form[action*='/recover'] button").click();
  await shoot("endpoint-failing", { fullPage: true });
  await page.goto(`${server.base}/console/accounts/lantern/endpoints/new`);
  await page.locator("button[value=native]").click();
  await page.locator("details.more summary").click();
  await shoot("endpoint-new", { fullPage: true });
  await page.goto(`${server.base}/console/accounts/teas/deliveries`);
  await page.locator("table a").first().click();
  await shoot("delivery-failed", { fullPage: true });
  await page.goto(`${server.base}/console/accounts/lantern/comments`);
  await page.locator("main a[href*='/comments/']").last().click();
  await shoot("comments-of", { fullPage: true });
  await page.goto(`${server.base}/s/${article.key}`);
  await shoot("article", { fullPage: true });
  await page.goto(`${server.base}/s/nothing`);
  await shoot("article-missing");
  await page.goto(`${server.base}/docs`);
  await shoot("docs");
  await close();
}

mkdirSync(folder, { recursive: true });
const made = prepare();
await talk();
await attend();
const article = await publish(server, made, "lantern");
await walk("desktop", DESKTOP);
await walk("desktop-dark-zh", DESKTOP, { locale: "zh-CN", colorScheme: "dark" });
await walk("phone", PHONE);
await browser.close();
await server.stop();
await bot.stop();
if (process.argv.includes("--docs")) {
  copyFileSync(`${folder}/conversation-desktop.png`, resolve(import.meta.dirname, "../../docs/console.png"));
}
console.log(`pictures are in ${folder}`);
