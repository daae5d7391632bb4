// An article as an operator's backend publishes it, with a cover and comments under it.
import { deflateSync } from "node:zlib";
import { eventually, follower } from "./server.mjs";

/** A picture of two colours, as PNG. */
export function picture(width, height) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const hill = y > height * (0.55 + 0.15 * Math.sin((x / width) * 6));
      rows.set(hill ? [24, 104, 96] : [242, 214, 150], y * (width * 3 + 1) + 1 + x * 3);
    }
  }
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

function crc(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return ~sum >>> 0;
}

/** What an article may hold, and a script that it may not. */
export const CONTENT = `<h2>Three rooms, one kettle</h2><p>We open on <strong>Saturday at ten</strong>. The first hundred cups are on the
house.</p><p style="text-align: center; color: #8a5a00">Bring a friend.</p><blockquote>Tea is the art of the pause.</blockquote>
<ul><li>Green, from the hills behind us</li><li>Black, smoked over pine</li></ul><table><tr><th>Day</th><th>Hours</th></tr>
<tr><td>Saturday</td><td>10:00–22:00</td></tr><tr><td>Sunday</td><td>12:00–20:00</td></tr></table>
<p>周末欢迎来喝茶。<a href="https://tea.example/map">The way to us</a>.</p><script>document.title = "broken"</script>`;

/** Publishes one, has two followers comment and one of them featured; gives its key, the cover and the operator's calls. */
export async function publish(server, account, handle) {
  const call = await operator(server, account);
  const form = new FormData();
  form.set("media", new Blob([picture(900, 383)], { type: "image/png" }), "cover.png");
  const cover = await call("material/add_material", form, "&type=image");
  const article = { title: "The tea house opens on Saturday", author: "Lin", thumb_media_id: cover.media_id, content: CONTENT,
    show_cover_pic: 1, need_open_comment: 1, content_source_url: "https://tea.example/news" };
  const draft = await call("draft/add", JSON.stringify({ articles: [article, { ...article, title: "What we pour this month" }] }));
  const { publish_id } = await call("freepublish/submit", JSON.stringify({ media_id: draft.media_id }));
  const done = await eventually(async () => {
    const said = await call("freepublish/get", JSON.stringify({ publish_id }));
    return said.publish_status === 0 && said;
  }, "publication");
  const key = done.article_detail.item[0].article_url.split("/s/")[1];
  for (const [user, name, text] of [["mei", "Mei 小美", "See you there! 周六见。"], ["jo", "Jo", "Is there parking?"]]) {
    const reader = follower(server, user, name);
    await reader("PUT", `/v1/accounts/${handle}/follow`, {});
    await reader("POST", `/v1/articles/${key}/comments`, { text });
  }
  const one = { msg_data_id: publish_id, user_comment_id: 1 };
  await call("comment/markelect", JSON.stringify(one));
  await call("comment/reply/add", JSON.stringify({ ...one, content: "We keep a table for you." }));
  return { key, cover: cover.media_id, call };
}

/** The operator's calls. */
async function operator(server, { app_id, app_secret }) {
  const query = new URLSearchParams({ grant_type: "client_credential", appid: app_id, secret: app_secret });
  const { access_token } = await (await fetch(`${server.base}/cgi-bin/token?${query}`)).json();
  return async (path, body, query = "") => {
    const answer = await fetch(`${server.base}/cgi-bin/${path}?access_token=${access_token}${query}`, { method: "POST", body });
    const said = await answer.json();
    if (said.errcode) throw new Error(`${path}: ${said.errmsg}`);
    return said;
  };
}
