/**
 * The backend per version of the mini program. Each address but the first is https and a 合法域名 of the mini program.
 *
 * @type {Record<string, string>}
 */
const BACKENDS = {
  develop: 'http://127.0.0.1:8080',
  trial: 'https://shop.example.com',
  release: 'https://shop.example.com',
};

export function backendUrl() {
  return BACKENDS[wx.getAccountInfoSync().miniProgram.envVersion];
}
