// An operator backend as a user of the Standard Webhooks library writes one; standard_bot.py is the
// same and says what GET and PUT are for.
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { GREETING, NEWS, tap } from './answers.js';

const { values } = parseArgs({ options: { port: { type: 'string' }, secret: { type: 'string' } } });
let secrets = [values.secret];
const seen = [];

const reply = ({ type, data }) => {
  if (type === 'follower.followed') return { type: 'text', text: GREETING };
  if (type === 'menu.tapped') return { type: 'text', text: tap(data.key) };
  if (type !== 'message.received' || data.text === 'nothing') return null;
  if (data.type === 'image') return { type: 'image', media_id: data.media_id };
  if (data.text === 'news') {
    const { title, description, picurl, url } = NEWS;
    return { type: 'news', articles: [{ title, description, picture_url: picurl, url }] };
  }
  return { type: 'text', text: data.text };
};

const take = (headers, body) => {
  let event = null;
  const said = secrets.map((secret) => {
    try {
      event = new Webhook(secret).verify(body, headers);
      return 'verified';
    } catch (refused) {
      if (refused instanceof WebhookVerificationError) return refused.message;
      throw refused;
    }
  });
  seen.push({ said, headers, body: body.toString() });
  return event ? [200, { reply: reply(event) }] : [401, {}];
};

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  let [status, value] = [200, seen];
  if (request.method === 'POST') [status, value] = take(request.headers, body);
  if (request.method === 'PUT') value = secrets = JSON.parse(body.toString());
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}).listen(Number(values.port), '127.0.0.1');
