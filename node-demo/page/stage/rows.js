// Events become rows: who spoke to whom, in one line, and what can be seen when the row is opened.

import { pick, text } from '../i18n.js';
import { POSITIONS } from './attacks.js';
import { deliveryRows } from './delivery-rows.js';
import { summary, wechatpayHeaders } from './labels.js';
import { phoneRows } from './phone-rows.js';

/** @import { Block } from './blocks.js' */

/** @typedef {'phone' | 'backend' | 'wechat'} Lane */

/**
 * @typedef {object} Row
 * @property {string} id
 * @property {number} at
 * @property {number} phase 1 to 7, or 0 for a row that belongs to none
 * @property {Lane} from
 * @property {Lane} to the same as `from` for what a party does by itself
 * @property {string} label
 * @property {string} [status] a code at the end of the line
 * @property {'plain' | 'good' | 'bad' | 'warn'} tone
 * @property {boolean} [attacked] somebody sat on the wire
 * @property {boolean} [featured] opens by itself when it arrives
 * @property {Block[]} blocks
 */

/**
 * @param {any} event of the server or of the phone
 * @returns {Row[]}
 */
export function rowsOf(event) {
  switch (event.type) {
    case 'phone':
      return phoneRows(event);
    case 'exchange':
      return exchangeRows(event);
    case 'payment':
      return [paymentRow(event)];
    case 'tampering':
      return [tamperingRow(event)];
    case 'delivery':
      return deliveryRows(event);
    case 'order':
      return [orderRow(event)];
    case 'log':
      return [logRow(event)];
    case 'switch':
      return [switchRow(event)];
    default:
      return [];
  }
}

/**
 * @param {any} event
 * @returns {Row[]}
 */
function exchangeRows({ id, at, method, url, headers, body, signedMessage, answer }) {
  const path = url.split('?')[0];
  const phase = path === '/sns/jscode2session' ? 1 : path === '/v3/pay/transactions/jsapi' ? 3 : 7;
  const good = answer.status < 300;
  const signedAnswer = answer.signedMessage !== undefined;
  /** @type {Block[]} */
  const request = [];
  if (signedMessage !== undefined) request.push({ kind: 'signed', title: 'signed5', value: signedMessage });
  if (headers.authorization !== undefined) {
    request.push({ kind: 'raw', title: 'authorization', value: headers.authorization });
    const value = text(good || signedMessage !== undefined ? 'platformVerified' : 'platformRefused');
    request.push({ kind: 'note', good: signedMessage !== undefined, value });
  } else request.push({ kind: 'raw', title: 'body', value: url });
  if (signedMessage === undefined && body !== '') request.push({ kind: 'raw', title: 'body', value: body });
  /** @type {Block[]} */
  const back = [{ kind: 'raw', title: 'answerBody', value: answer.body || '∅' }];
  if (signedAnswer) {
    back.unshift(
      { kind: 'signed', title: 'signed3', value: answer.signedMessage },
      { kind: 'headers', title: 'headers', value: wechatpayHeaders(answer.headers) },
    );
    back.push({ kind: 'note', value: text('backendVerifies') });
  }
  if (phase === 1) back.push({ kind: 'note', value: text('sessionKept') });
  return [
    { id: `${id}`, at, phase, from: 'backend', to: 'wechat', label: `${method} ${path}`, tone: 'plain', featured: phase === 3, blocks: request },
    { id: `${id}a`, at, phase, from: 'wechat', to: 'backend', label: summary(answer.body), status: String(answer.status), tone: good ? 'good' : 'bad', featured: !good, blocks: back },
  ];
}

/**
 * @param {any} event
 * @returns {Row}
 */
function paymentRow({ id, at, action, signedMessage, errMsg }) {
  const good = errMsg === 'requestPayment:ok';
  const label =
    action === 'cancel' ? text('userCancelled') : !good ? errMsg : text(action === 'pay' ? 'userPaid' : 'paySignGood');
  /** @type {Block[]} */
  const blocks =
    signedMessage === undefined ? [] : [{ kind: 'signed', title: 'signed4', value: signedMessage }];
  if (!good) blocks.push({ kind: 'note', good: false, value: errMsg });
  return {
    id: `${id}`,
    at,
    phase: 4,
    from: 'wechat',
    to: 'wechat',
    label,
    tone: action === 'cancel' ? 'warn' : good ? 'good' : 'bad',
    featured: action === 'sheet',
    blocks,
  };
}

/**
 * @param {any} event
 * @returns {Row}
 */
function orderRow({ id, at, before, status }) {
  const label = before === null ? status : `${before} → ${status}`;
  const tone = status === 'PAID' || status === 'REFUNDED' ? 'good' : status === 'CLOSED' ? 'warn' : 'plain';
  return { id: `${id}`, at, phase: 0, from: 'backend', to: 'backend', label, tone, blocks: [] };
}

/**
 * @param {any} event
 * @returns {Row}
 */
function logRow({ id, at, level, message, fields }) {
  const code = /\b(ERR_[A-Z_]+)\b/.exec(JSON.stringify(fields))?.[1];
  return {
    id: `${id}`,
    at,
    phase: 0,
    from: 'backend',
    to: 'backend',
    label: message,
    ...(code === undefined ? {} : { status: code }),
    tone: 'bad',
    blocks: [{ kind: 'json', title: 'logFields', value: { level, message, ...fields } }],
  };
}

/**
 * An order that was changed on its way to WeChat Pay, or on the way back.
 *
 * @param {any} event
 * @returns {Row}
 */
function tamperingRow({ id, at, attack, sent, arrived }) {
  const position = POSITIONS.find((known) => known.id === attack);
  const back = attack === 'answer';
  return {
    id: `${id}`,
    at,
    phase: 3,
    from: back ? 'wechat' : 'backend',
    to: back ? 'backend' : 'wechat',
    label: position === undefined ? attack : pick(position.name),
    tone: 'bad',
    attacked: true,
    blocks: [
      { kind: 'note', good: false, value: position === undefined ? '' : pick(position.what) },
      { kind: 'raw', title: 'arrivedBody', value: arrived, before: sent },
      { kind: 'note', value: text('changed') },
    ],
  };
}

/**
 * @param {any} event
 * @returns {Row}
 */
function switchRow({ id, at, attack }) {
  const position = POSITIONS.find((known) => known.id === attack);
  const name = position === undefined ? attack : pick(position.name);
  return {
    id: `${id}`,
    at,
    phase: 0,
    from: 'backend',
    to: 'backend',
    label: `${text('switchTurned')}: ${name}`,
    tone: attack === 'none' ? 'plain' : 'bad',
    blocks: [],
  };
}
