// The positions of the switch, and what each is about.

/** @import { Text } from '../i18n.js' */

/**
 * @typedef {object} Position
 * @property {string} id as the server knows it
 * @property {'honest' | 'callback' | 'clock' | 'order'} group
 * @property {Text} name
 * @property {Text} what
 */

/** @type {Position[]} */
export const POSITIONS = [
  {
    id: 'none',
    group: 'honest',
    name: { zh: '一切正常', en: 'All honest' },
    what: { zh: '每个字节原样传递。', en: 'Every byte is handed on as it came.' },
  },
  {
    id: 'flip',
    group: 'callback',
    name: { zh: '翻转一位', en: 'Flip one bit' },
    what: {
      zh: '密文里翻转一位。签名覆盖原始报文，后端应答 401 ERR_SIGNATURE_INVALID。',
      en: 'One bit of the ciphertext. The signature covers the raw body: 401, ERR_SIGNATURE_INVALID.',
    },
  },
  {
    id: 'forged',
    group: 'callback',
    name: { zh: '伪造签名', en: 'Forge it' },
    what: {
      zh: '用陌生人的 RSA 密钥签名，冒用微信支付的序列号：401 ERR_SIGNATURE_INVALID。',
      en: 'Signed with a stranger’s RSA key under the serial of WeChat Pay: 401, ERR_SIGNATURE_INVALID.',
    },
  },
  {
    id: 'serial',
    group: 'callback',
    name: { zh: '错误序列号', en: 'Wrong serial' },
    what: {
      zh: 'Wechatpay-Serial 指向没有人认识的密钥：401 ERR_SERIAL_UNKNOWN。',
      en: 'Wechatpay-Serial names a key nobody knows: 401, ERR_SERIAL_UNKNOWN.',
    },
  },
  {
    id: 'unsigned',
    group: 'callback',
    name: { zh: '去掉签名头', en: 'Strip the headers' },
    what: {
      zh: '像一个过滤了请求头的代理：400 ERR_HEADER_MISSING。',
      en: 'As a proxy that filters headers leaves it: 400, ERR_HEADER_MISSING.',
    },
  },
  {
    id: 'probe',
    group: 'callback',
    name: { zh: '签名探测', en: 'SIGNTEST probe' },
    what: {
      zh: '微信支付自己的探测流量，签名以 WECHATPAY/SIGNTEST/ 开头，必须拒绝：401 ERR_SIGNATURE_PROBE。',
      en: 'WeChat Pay’s own probe, its signature begins WECHATPAY/SIGNTEST/ and must be refused: 401, ERR_SIGNATURE_PROBE.',
    },
  },
  {
    id: 'replay',
    group: 'callback',
    name: { zh: '重放', en: 'Replay it' },
    what: {
      zh: '同样的字节送两遍。两次都是真的，但只入账一次：APPLIED，然后 DUPLICATE。',
      en: 'The same bytes twice. Both are genuine and only one is booked: APPLIED, then DUPLICATE.',
    },
  },
  {
    id: 'stale',
    group: 'clock',
    name: { zh: '扣住 301 秒', en: 'Hold it 301 seconds' },
    what: {
      zh: '签名是真的，但已经过期，超出 300 秒窗口：401 ERR_TIMESTAMP_OUTSIDE_WINDOW。',
      en: 'The signature is good and too old, outside the 300 seconds: 401, ERR_TIMESTAMP_OUTSIDE_WINDOW.',
    },
  },
  {
    id: 'clock',
    group: 'clock',
    name: { zh: '后端时钟慢', en: 'Backend clock slow' },
    what: {
      zh: '后端的时钟慢 301 秒，真回调像来自未来：401 ERR_TIMESTAMP_OUTSIDE_WINDOW。校准后，重发就会入账。',
      en: 'The backend is 301 seconds behind, so the genuine callback comes from the future: 401, ERR_TIMESTAMP_OUTSIDE_WINDOW.',
    },
  },
  {
    id: 'lost',
    group: 'clock',
    name: { zh: '回调丢失', en: 'Lose it' },
    what: {
      zh: '回调到不了后端。微信支付会重发，后端也可以主动查询。',
      en: 'The callback never arrives. WeChat Pay comes again, and the backend can ask by itself.',
    },
  },
  {
    id: 'request',
    group: 'order',
    name: { zh: '改成一分钱', en: 'Price to one fen' },
    what: {
      zh: '下单请求在路上被改成一分钱。微信支付验签失败：401 SIGN_ERROR，没有订单。',
      en: 'The order becomes one fen on its way. WeChat Pay refuses the signature: 401, SIGN_ERROR.',
    },
  },
  {
    id: 'answer',
    group: 'order',
    name: { zh: '篡改应答', en: 'Change the answer' },
    what: {
      zh: 'prepay_id 在回来的路上被换掉。应答验签失败，后端不相信这个 200，查询后重试，最终 502，订单保留。',
      en: 'Another prepay_id comes back. The backend does not believe that 200: it asks, repeats, and ends with 502. The order is kept.',
    },
  },
  {
    id: 'paysign',
    group: 'order',
    name: { zh: '改五个字段', en: 'Change the five fields' },
    what: {
      zh: '手机上的 nonceStr 被改掉。微信验 paySign 失败，收银台不会打开。',
      en: 'Another nonce on the phone. paySign no longer fits, and WeChat opens no sheet.',
    },
  },
];
