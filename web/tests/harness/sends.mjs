// What an agent sends from the inbox: everything that its composer makes.
import assert from "node:assert/strict";
import { arrive, counts, look } from "./browser.mjs";

const VOICE = Buffer.from("ID3\x04\0\0\0\0\0\0\xff\xfb\x90\0", "latin1");
const FILM = Buffer.from("\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08mdat", "latin1");
const PICTURE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==", "base64");

/** A part of the composer, which opens. */
export const fold = (page, name) => page.locator(".composer-part > summary", { hasText: name });

/** A picture, cards, a place, a mini program; questions and notices of accounts that may. */
export async function sendEverything(page, people, mayAsk) {
  await fold(page, "ファイル").click();
  await page.locator("#file").setInputFiles({ name: "tea.png", mimeType: "image/png", buffer: PICTURE });
  await arrive(page, () => page.getByRole("button", { name: "添付する" }).click());
  await page.locator("#thread .bubble.is-media img").waitFor();
  await fold(page, "カード").click();
  await page.locator("#card-title").fill("お品書き");
  await page.getByLabel("URL", { exact: true }).fill("https://tea.example/menu");
  await arrive(page, () => page.getByRole("button", { name: "カードを追加" }).click());
  await page.locator("#thread").getByText("お品書き").waitFor();
  await counts(fold(page, "選択肢"), mayAsk ? 1 : 0);
  await people.ren.say("お店はどこですか");
  await page.locator("#thread").getByText("お店はどこですか").waitFor();
  if (mayAsk) {
    await fold(page, "選択肢").click();
    await page.getByLabel("質問").fill("どちらの店ですか？");
    await page.getByLabel("選択肢（1 行に 1 つ）").fill("本店\n駅前店");
    await look(page, "agent-choices");
    await arrive(page, () => page.getByRole("button", { name: "質問する" }).click());
    await page.locator("#thread").getByText("駅前店").waitFor();
  }
  await fold(page, "位置情報").click();
  await page.getByLabel("緯度").fill("北");
  await page.getByLabel("経度").fill("139.76");
  await arrive(page, () => page.getByRole("button", { name: "位置情報を追加" }).click());
  await page.getByText("緯度は −90〜90").waitFor();
  await page.getByLabel("緯度").fill("35.68");
  await arrive(page, () => page.getByRole("button", { name: "位置情報を追加" }).click());
  await page.locator("#thread").getByText("35.68000, 139.76000").waitFor();
  await fold(page, "カード").click();
  await page.getByLabel("種類").selectOption({ label: "画像付きカード" });
  await page.locator("#card-title").fill("秋の新茶");
  await page.getByLabel("URL", { exact: true }).fill("https://tea.example/autumn");
  await page.getByLabel("画像の URL").fill(new URL("/assets/icon.svg", page.url()).href);
  await look(page, "agent-card");
  await arrive(page, () => page.getByRole("button", { name: "カードを追加" }).click());
  await page.locator("#thread").getByText("秋の新茶").waitFor();
  await people.ren.say("予約できますか");
  await page.locator("#thread").getByText("予約できますか").waitFor();
  await fold(page, "ミニアプリ").click();
  await page.locator("#program-title").fill("席の予約");
  await page.getByLabel("アプリ ID").fill("wxseat");
  await arrive(page, () => page.getByRole("button", { name: /ミニ.*を追加/ }).click());
  await page.locator("#thread").getByText("席の予約").waitFor();
  if (mayAsk) {
    await fold(page, "通知").click();
    for (const [at, field] of (await page.locator(".composer-notice[open] input[name^=place-]").all()).entries()) await field.fill(`値 ${at}`);
    await look(page, "agent-notice");
    await arrive(page, () => page.getByRole("button", { name: "通知を送る" }).click());
    await page.locator("#thread").getByText("値 1").waitFor();
  }
  const types = (await people.ren.read()).map((message) => message.type);
  const wanted = ["image", "link", "location", "news", "mini_program", ...(mayAsk ? ["menu", "template"] : [])];
  assert.ok(wanted.every((type) => types.includes(type)), String(types));
}

/** Music, a recording, a film and an article that is out; all of it can be opened by whoever gets it. */
export async function sendWhatPlays(page, people) {
  await people.ren.say("お店の曲は何ですか");
  await page.locator("#thread").getByText("お店の曲は何ですか").waitFor();
  await fold(page, "カード").click();
  await page.getByLabel("種類").selectOption({ label: "音楽" });
  await page.locator("#card-title").fill("茶摘み");
  await page.getByLabel("URL", { exact: true }).fill("https://tea.example/song.mp3");
  await arrive(page, () => page.getByRole("button", { name: "カードを追加" }).click());
  await page.locator("#thread").getByText("茶摘み").waitFor();
  for (const [name, mimeType, buffer, shown] of [["voice.mp3", "audio/mpeg", VOICE, "audio"], ["film.mp4", "video/mp4", FILM, "video"]]) {
    await fold(page, "ファイル").click();
    await page.locator("#file").setInputFiles({ name, mimeType, buffer });
    await arrive(page, () => page.getByRole("button", { name: "添付する" }).click());
    await page.locator(`#thread .is-out ${shown}`).waitFor();
  }
  await fold(page, "記事").click();
  await page.locator("#article").selectOption({ label: "The tea house opens on Saturday" });
  await look(page, "agent-article");
  await arrive(page, () => page.getByRole("button", { name: "記事を追加" }).click());
  await page.locator("#thread").getByText("What we pour this month").waitFor();
  await look(page, "agent-played");
  const [music, voice, film, news] = (await people.ren.read()).slice(-4);
  assert.deepEqual([music.type, music.title, music.url], ["music", "茶摘み", "https://tea.example/song.mp3"]);
  assert.deepEqual([voice.type, film.type, news.type], ["voice", "video", "news"]);
  for (const [url, type] of [[voice.url, "audio/mpeg"], [film.url, "video/mp4"], ...news.articles.map(({ url }) => [url, "text/html; charset=utf-8"])]) {
    const answer = await fetch(url);
    assert.deepEqual([answer.status, answer.headers.get("content-type")], [200, type], url);
  }
}
