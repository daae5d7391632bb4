// A web page's backend that signs with an unmodified package. It prints what it signed, as JSON.
//   page_signer.js PACKAGE BASE APPID SECRET URL
import { promisify } from 'node:util';

const [name, base, appid, secret, url] = process.argv.slice(2);
const { default: API } = await import(name);
const api = new API(appid, secret);
api.prefix = `${base}/cgi-bin/`;
const param = { debug: false, jsApiList: ['chooseImage'], url };
const config = name.startsWith('co-')
  ? await api.getJsConfig(param)
  : await promisify(api.getJsConfig).call(api, param);
console.log(JSON.stringify(config));
