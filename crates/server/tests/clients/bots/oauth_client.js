// A web page's backend that signs followers in with an unmodified package. It prints one JSON object.
//   oauth_client.js PACKAGE PORT APPID SECRET url REDIRECT STATE SCOPE
//   oauth_client.js PACKAGE PORT APPID SECRET flow CODE
import { Agent } from 'node:https';
import { connect } from 'node:net';
import { promisify } from 'node:util';

const [name, port, appid, secret, command, ...rest] = process.argv.slice(2);
const { default: OAuth } = await import(name);
const client = new OAuth(appid, secret);

// The package has the platform's host as a literal: its connection is led to the server under test.
const agent = new Agent();
agent.createConnection = () => connect(Number(port), '127.0.0.1');
client.setOpts({ agent, httpsAgent: agent });

const isAsync = name.startsWith('co-');
const call = (method, ...args) =>
  isAsync ? client[method](...args) : promisify(client[method]).apply(client, args);
const refused = (method, ...args) => call(method, ...args).then(() => null, ({ code }) => code);

const flow = async (code) => {
  const { data: token } = await call('getAccessToken', code);
  const user = await call('getUser', { openid: token.openid, lang: 'zh_CN' });
  const verified = await call('verifyToken', token.openid, token.access_token);
  const { data: renewed } = await call('refreshAccessToken', token.refresh_token);
  return {
    token, user, verified, renewed,
    again: await refused('getAccessToken', code),
    stranger: await refused('verifyToken', 'oNobodyNobodyNobodyNobody000', renewed.access_token),
  };
};

const commands = { url: (...args) => ({ url: client.getAuthorizeURL(...args) }), flow };
console.log(JSON.stringify(await commands[command](...rest)));
