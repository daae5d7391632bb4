// A bot as a co-wechat user writes one, on Koa.
import { parseArgs } from 'node:util';
import Koa from 'koa';
import wechat from 'co-wechat';
import { GREETING, NEWS, inCdata, place, tap } from './answers.js';

const options = Object.fromEntries(
  ['port', 'token', 'app-id', 'app-secret', 'aes-key', 'mode'].map((name) => [name, { type: 'string', default: '' }]),
);
const { values } = parseArgs({ options });
const config = { token: values.token, appid: values['app-id'] };
if (values.mode !== 'plain') config.encodingAESKey = values['aes-key'];

const onEvent = (message) => {
  if (message.Event === 'subscribe') return GREETING;
  if (message.Event === 'CLICK') return tap(message.EventKey);
  return '';
};
const onText = (content) => {
  if (content === 'nothing') return '';
  return content === 'news' ? [NEWS] : inCdata(content);
};
const answer = (message) => {
  switch (message.MsgType) {
    case 'event': return onEvent(message);
    case 'text': return onText(message.Content);
    case 'image': return { type: 'image', content: { mediaId: message.MediaId } };
    case 'location': return place(message.Label, message.Location_X, message.Location_Y);
    default: return '';
  }
};

const app = new Koa();
app.use(wechat(config).middleware(async (message) => answer(message)));
app.listen(Number(values.port), '127.0.0.1');
