// Drives the unmodified package wechat-api: a JSON request on each line in, a JSON answer on each
// line out, as python_driver.py does.
import { dirname } from "node:path";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);
const API = require("wechat-api");
const base = process.argv[2];
const clients = new Map();

function client([appId, secret]) {
  if (!clients.has(appId)) {
    const api = new API(appId, secret);
    api.endpoint = base;
    api.mpPrefix = `${base}/cgi-bin/`;
    api.fileServerPrefix = `${base}/cgi-bin/`;
    // Its own five seconds are short for a machine that runs all the tests at once.
    api.setOpts({ timeout: 15_000 });
    clients.set(appId, api);
  }
  return clients.get(appId);
}

const given = (value) => value?.$file ?? value;
const shown = (value) =>
  Buffer.isBuffer(value) ? { $bytes: value.toString("base64") } : value;

function answer(request) {
  if (request.call === "$folder") {
    return { ok: dirname(require.resolve("wechat-api")) };
  }
  return new Promise((done) => {
    const api = client(request.account);
    const told = (error, data) => {
      if (error?.name === "WeChatAPIError" && error.code) {
        done({ refused: error.code, words: error.message });
      } else if (error) {
        done({ broken: error.stack });
      } else {
        done({ ok: shown(data) });
      }
    };
    const made = api[request.call](...request.args.map(given), told);
    // Addresses are made at once; whatever is fetched is told later.
    if (typeof made === "string") done({ ok: made });
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  let said;
  try {
    said = await answer(JSON.parse(line));
  } catch (error) {
    said = { broken: error.stack };
  }
  console.log(JSON.stringify(said));
}
