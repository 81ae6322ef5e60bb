// Texts in Chinese and English.

/** @typedef {'zh' | 'en'} Language */

const TEXTS = {
  shopName: { zh: '一叶茶铺', en: 'One Leaf Tea' },
  shop: { zh: '选购', en: 'Shop' },
  orders: { zh: '订单', en: 'Orders' },
  otherLanguage: { zh: 'English', en: '中文' },
  tagline: { zh: '春天的茶，今天下单。', en: 'Spring in a cup, ordered today.' },
  subline: {
    zh: '这里的微信支付是本机的模拟器：签名、验签、解密都是真的，钱不是。',
    en: 'The WeChat Pay here is a simulator on this machine: every signature is real, the money is not.',
  },
  buy: { zh: '微信支付', en: 'Pay with WeChat' },
  quantity: { zh: '数量', en: 'Quantity' },
  fewer: { zh: '减少', en: 'Fewer' },
  more: { zh: '增加', en: 'More' },
  ordering: { zh: '正在下单…', en: 'Placing the order…' },
  cancelled: { zh: '已取消支付，订单还在。', en: 'Payment cancelled; the order is kept.' },
  confirming: { zh: '等待商户确认', en: 'Waiting for the shop' },
  confirmingNote: {
    zh: '手机上显示支付成功，还不算数；要等微信支付的回调通过验签。',
    en: 'What the phone says is no proof; the shop waits for the callback of WeChat Pay.',
  },
  paid: { zh: '支付成功', en: 'Paid' },
  paidByCALLBACK: {
    zh: '由微信支付回调确认，已验签、解密、入账',
    en: 'Confirmed by the WeChat Pay callback: verified, decrypted, booked',
  },
  paidByQUERY: { zh: '由查询订单确认', en: 'Confirmed by asking WeChat Pay' },
  late: { zh: '回调还没有到', en: 'The callback has not come yet' },
  ask: { zh: '向微信支付查询', en: 'Ask WeChat Pay' },
  orderNumber: { zh: '订单号', en: 'Order' },
  transaction: { zh: '微信支付单号', en: 'Transaction' },
  item: { zh: '商品', en: 'Item' },
  time: { zh: '时间', en: 'Time' },
  continueShopping: { zh: '继续选购', en: 'Continue shopping' },
  viewOrders: { zh: '查看订单', en: 'View orders' },
  noOrders: { zh: '还没有订单。', en: 'No orders yet.' },
  payNow: { zh: '去支付', en: 'Pay' },
  close: { zh: '取消订单', en: 'Cancel order' },
  refund: { zh: '申请退款', en: 'Refund' },
  failed: { zh: '没有成功', en: 'That did not work' },
  statusCREATED: { zh: '已下单', en: 'Created' },
  statusPREPAID: { zh: '待支付', en: 'Awaiting payment' },
  statusPAID: { zh: '已支付', en: 'Paid' },
  statusREFUNDING: { zh: '退款中', en: 'Refunding' },
  statusREFUNDED: { zh: '已退款', en: 'Refunded' },
  statusCLOSED: { zh: '已关闭', en: 'Closed' },
  sheetTitle: { zh: '微信支付', en: 'WeChat Pay' },
  payee: { zh: '收款方', en: 'Payee' },
  method: { zh: '付款方式', en: 'Method' },
  balance: { zh: '零钱', en: 'Balance' },
  fingerprint: { zh: '指纹支付', en: 'Pay by fingerprint' },
  usePassword: { zh: '使用密码', en: 'Use password' },
  useFingerprint: { zh: '使用指纹', en: 'Use fingerprint' },
  enterPassword: { zh: '请输入支付密码', en: 'Enter your payment password' },
  anyDigits: { zh: '模拟支付：任意六位数字', en: 'Simulated: any six digits' },
  cancel: { zh: '取消', en: 'Cancel' },
  deleteDigit: { zh: '删除', en: 'Delete' },
  footer: {
    zh: 'wechatpay-core 演示 · 后端密码学只用 wechatpay-wasm · 与微信支付官方无关',
    en: 'A wechatpay-core demo · all cryptography of the backend is wechatpay-wasm · not affiliated with WeChat Pay',
  },
};

/** @typedef {keyof typeof TEXTS} TextName */

/** @type {Language} */
let language = initialLanguage();

/** @returns {Language} */
export function currentLanguage() {
  return language;
}

export function switchLanguage() {
  language = language === 'zh' ? 'en' : 'zh';
  localStorage.setItem('language', language);
}

/** @param {TextName} name */
export function text(name) {
  return TEXTS[name][language];
}

/** `6800` as `¥68.00`. @param {number} fen */
export function yuan(fen) {
  return `¥${(fen / 100).toFixed(2)}`;
}

/** @param {string} time RFC 3339 */
export function localTime(time) {
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB';
  return new Date(time).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'medium' });
}

/** `?lang=` first, then what was chosen before, then the browser's. @returns {Language} */
function initialLanguage() {
  const wanted =
    new URLSearchParams(location.search).get('lang') ??
    localStorage.getItem('language') ??
    navigator.language;
  return wanted.startsWith('zh') ? 'zh' : 'en';
}
