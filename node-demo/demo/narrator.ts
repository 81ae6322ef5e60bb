// The six steps as they happened, told from what the platform wrote down and what the shop answered.

import type { CallbackEntry, ExchangeEntry, PaymentEntry } from 'wechatpay-simulator';

import type { Order, OrderEvent, RequestPayment } from '../miniprogram/services/shop.js';
import {
  arrow,
  block,
  good,
  heading,
  line,
  message,
  note,
  padded,
  paint,
  yuan,
} from './terminal.js';
import { SHOP_NAME, type World } from './world.js';

const PHONE = '小程序';
const BACKEND = 'backend';
const WECHAT = 'WeChat';
const PAY = 'WeChat Pay';

export function introduce(world: World): void {
  const { simulator, backend, appid, mchid } = world;
  const row = (name: string, value: string, remark: string): void =>
    line(`  ${padded(name, 14)}${padded(value, 26)}${paint('dim', remark)}`);
  line();
  line(
    `  ${paint('bold', SHOP_NAME)}  ${paint('dim', 'one purchase, from wx.login to a paid order')}`,
  );
  line();
  row('backend', backend.url, 'Hono on Node; its cryptography is wechatpay-wasm');
  row('WeChat Pay', simulator.url, 'local simulator; its cryptography is node:crypto');
  row('mini program', appid, 'a throw-away appid');
  row('merchant', mchid, 'throw-away keys, gone when this ends');
  line();
  line(
    `  ${paint('dim', 'Neither side trusts the other: each checks what the other signed. ⏎ is one line feed.')}`,
  );
}

export function tellLogin(session: ExchangeEntry, openid: string): void {
  heading(1, '登录', 'wx.login, and the code becomes an openid');
  const code = new URL(session.url, 'http://wechat').searchParams.get('js_code') ?? '';
  arrow(PHONE, WECHAT, 'wx.login()');
  arrow(WECHAT, PHONE, `code ${code}`);
  arrow(PHONE, BACKEND, 'POST /api/login { code }');
  arrow(BACKEND, WECHAT, `GET ${session.url}`);
  arrow(WECHAT, BACKEND, `${session.answer.status} ${session.answer.body}`);
  note(paint('dim', 'The session key never leaves the backend; the phone gets a session token.'));
  good(`the backend knows the buyer: openid ${openid}`);
}

export function tellOrder(order: Order, openid: string): void {
  heading(2, '下单', 'the backend creates the order');
  const { productId, quantity } = order;
  arrow(PHONE, BACKEND, `POST /api/orders ${JSON.stringify({ productId, quantity, openid })}`);
  good(`order ${order.outTradeNo} is in the database: CREATED`);
  note(`${order.description}  ${yuan(order.amountTotal)}, a price from the server's own catalogue`);
}

export function tellPrepay(prepay: ExchangeEntry, requestPayment: RequestPayment): void {
  heading(3, '预支付', 'prepay, signed; and the parameters for the phone, signed again');
  arrow(BACKEND, PAY, `${prepay.method} ${prepay.url}`);
  message('signed by the merchant, five lines', prepay.signedMessage ?? '');
  block('Authorization', String(prepay.headers.authorization));
  good('WeChat Pay verified it: RSA-SHA256 with the public key of the merchant');
  line();
  arrow(PAY, BACKEND, `${prepay.answer.status} ${prepay.answer.body}`);
  message('signed by WeChat Pay, three lines', prepay.answer.signedMessage ?? '');
  block('headers', wechatPayHeaders(prepay.answer.headers));
  good('the backend verified it; without a valid signature this 200 would count for nothing');
  line();
  arrow(BACKEND, PHONE, '201, with what wx.requestPayment takes');
  block('requestPayment', JSON.stringify(requestPayment, undefined, 2).split('\n'));
}

export function tellPayment(sheet: PaymentEntry, payment: PaymentEntry, order: Order): void {
  heading(4, '支付', 'wx.requestPayment, and the user confirms');
  arrow(PHONE, WECHAT, 'wx.requestPayment(…)');
  message('behind paySign, four lines', sheet.signedMessage ?? '');
  good('WeChat verified paySign and opened the payment sheet');
  note(`${SHOP_NAME}  ${order.description}  ${yuan(order.amountTotal)}`);
  arrow('user', WECHAT, 'fingerprint');
  good(`${payment.errMsg}: ${yuan(order.amountTotal)} taken`);
}

export function tellResult(result: string): void {
  heading(5, '结果', 'the front end shows the result');
  arrow(WECHAT, PHONE, `success { errMsg: "requestPayment:ok" }, shown as ${result}`);
  note('What the phone says is no proof. The order waits for the callback.');
}

export function tellCallback(
  callback: CallbackEntry,
  resource: unknown,
  order: Order,
  events: OrderEvent[],
): void {
  heading(6, '回调', 'WeChat Pay notifies the backend, which verifies, decrypts and books it once');
  arrow(PAY, BACKEND, `POST ${new URL(callback.url).pathname}`);
  block('headers', wechatPayHeaders(callback.headers));
  block(`body, ${Buffer.byteLength(callback.body)} bytes`, callback.body);
  const [timestamp = '', nonce = ''] = callback.signedMessage.split('\n');
  message(
    'signed by WeChat Pay, three lines',
    `${timestamp}\n${nonce}\n(the body above, byte for byte)\n`,
  );
  good('known serial, fresh timestamp, valid signature over the raw bytes, good AES-256-GCM tag');
  block(
    'decrypted by the backend with the APIv3 key',
    JSON.stringify(resource, undefined, 2).split('\n'),
  );
  good('appid, mchid, out_trade_no, openid, amount.total and currency are those of the order');
  line();
  arrow(BACKEND, PAY, `${callback.status}, sent after the order was saved`);
  line();
  for (const { event, source, statusAfter, notificationId } of events) {
    const origin =
      notificationId === undefined ? source.toLowerCase() : `callback ${notificationId}`;
    note(`${padded(event, 22)}${padded(statusAfter, 10)}${paint('dim', origin)}`);
  }
  good(`transaction ${order.transactionId}`);
}

function wechatPayHeaders(headers: Record<string, string>): string[] {
  return Object.entries(headers)
    .filter(([name]) => name.startsWith('Wechatpay-'))
    .map(([name, value]) => `${name}: ${value}`);
}
