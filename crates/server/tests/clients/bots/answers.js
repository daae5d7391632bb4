// What every bot says; answers.py says the same, and why in_cdata is needed.
export const GREETING = '欢迎关注! Welcome aboard.';
export const NEWS = {
  title: 'Harbour lights & <fog>',
  description: '今晚的灯光',
  picurl: 'https://example.com/harbour.jpg',
  url: 'https://example.com/articles/1?a=1&b=2',
};
export const place = (label, latitude, longitude) =>
  `${label} at ${Number(latitude).toFixed(4)},${Number(longitude).toFixed(4)}`;
export const tap = (key) => `tapped ${key}`;
export const inCdata = (text) => text.replaceAll(']]>', ']]]]><![CDATA[>');
