// A small operator backend in the WeChat dialect: checks signatures, echoes the URL check, answers text, and hands over
// whoever asks for a person.
import { createHash } from "node:crypto";
import { createServer } from "node:http";

const field = (xml, name) =>
  xml.match(new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([\\s\\S]*?)(?:\\]\\]>)?</${name}>`))?.[1] ?? "";

function signed(query, token) {
  const parts = [token, query.get("timestamp"), query.get("nonce")].sort().join("");
  return createHash("sha1").update(parts).digest("hex") === query.get("signature");
}

function answer(xml) {
  if (field(xml, "MsgType") !== "text") return "success";
  const head = `<xml><ToUserName><![CDATA[${field(xml, "FromUserName")}]]></ToUserName>
    <FromUserName><![CDATA[${field(xml, "ToUserName")}]]></FromUserName><CreateTime>1</CreateTime>`;
  if (/\bperson\b/.test(field(xml, "Content"))) return `${head}<MsgType><![CDATA[transfer_customer_service]]></MsgType></xml>`;
  return `${head}<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[You said: ${field(xml, "Content")}]]></Content></xml>`;
}

/** Starts a bot; its token can be set later, as a developer would after reading the console. */
export async function startBot() {
  const bot = { token: "", pushes: [] };
  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://bot");
    let body = "";
    request.on("data", (chunk) => { body += chunk; });
    request.on("end", () => {
      if (!signed(url.searchParams, bot.token)) return response.writeHead(403).end();
      if (request.method === "GET") return response.end(url.searchParams.get("echostr"));
      bot.pushes.push(body);
      response.end(answer(body));
    });
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  bot.url = `http://127.0.0.1:${server.address().port}/`;
  bot.stop = () => { server.closeAllConnections(); return new Promise((closed) => server.close(closed)); };
  return bot;
}
