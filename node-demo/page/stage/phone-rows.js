// What the mini program calls, and what it is told. Session tokens are left out.

import { text } from '../i18n.js';
import { summary } from './labels.js';

/** @import { Block } from './blocks.js' */
/** @import { Row } from './rows.js' */

/** Calls that say nothing about the payment. */
const QUIET = /^\/api\/(products|orders)$/;
const UNSETTLED = new Set(['CREATED', 'PREPAID', 'REFUNDING']);

/**
 * @param {any} event
 * @returns {Row[]}
 */
export function phoneRows(event) {
  if (event.call === 'login') return [loginRow(event)];
  if (event.call === 'requestPayment') return [paymentRow(event)];
  return requestRows(event);
}

/**
 * @param {any} event
 * @returns {Row}
 */
function loginRow({ id, at, stage, detail }) {
  const asked = stage === 'asked';
  return {
    id,
    at,
    phase: 1,
    from: asked ? 'phone' : 'wechat',
    to: asked ? 'wechat' : 'phone',
    label: asked ? 'wx.login()' : detail.code === undefined ? detail.errMsg : `code ${detail.code}`,
    tone: asked || detail.code !== undefined ? 'plain' : 'bad',
    blocks: [],
  };
}

/**
 * @param {any} event
 * @returns {Row}
 */
function paymentRow({ id, at, stage, detail }) {
  if (stage === 'asked') {
    return {
      id,
      at,
      phase: 4,
      from: 'phone',
      to: 'wechat',
      label: 'wx.requestPayment(…)',
      tone: 'plain',
      blocks: [{ kind: 'json', title: 'fiveFields', value: detail }],
    };
  }
  const good = detail.errMsg === 'requestPayment:ok';
  return {
    id,
    at,
    phase: 5,
    from: 'wechat',
    to: 'phone',
    label: detail.errMsg,
    tone: good ? 'good' : /cancel/.test(detail.errMsg) ? 'warn' : 'bad',
    blocks: [{ kind: 'note', value: good ? text('noProof') : detail.errMsg }],
  };
}

/**
 * @param {any} event
 * @returns {Row[]}
 */
function requestRows({ id, at, stage, detail, asked, times }) {
  const { method, path, header, data } = asked ?? detail;
  if (method === 'GET' && QUIET.test(path)) return [];
  const phase = phaseOf(method, path, stage);
  const poll = method === 'GET';
  if (stage === 'asked') {
    if (poll) return [];
    /** @type {Block[]} */
    const blocks = [];
    if (header.Authorization !== undefined) {
      const value = { Authorization: `Bearer ${text('leftOut')}` };
      blocks.push({ kind: 'headers', title: 'headers', value });
    }
    if (data !== undefined) blocks.push({ kind: 'json', title: 'body', value: data });
    if (path === '/api/orders') blocks.push({ kind: 'note', value: text('serverPrice') });
    const label = `${method} ${shortened(path)}`;
    return [{ id, at, phase, from: 'phone', to: 'backend', label, tone: 'plain', blocks }];
  }
  const status = detail.statusCode ?? 0;
  const answer = withoutToken(detail.data ?? detail.errMsg);
  const good = status >= 200 && status < 300;
  const state = answer?.order?.status;
  const more = times > 1 ? ` × ${times}` : '';
  const label = poll ? `GET ${shortened(path)}` : good ? (state ?? summary(JSON.stringify(answer))) : (answer?.error?.code ?? String(answer));
  return [
    {
      id,
      at,
      phase,
      from: 'backend',
      to: 'phone',
      label,
      status: poll && good ? `${state}${more}` : String(status || 'fail'),
      tone: !good ? 'bad' : poll && UNSETTLED.has(state) ? 'plain' : 'good',
      featured: !good,
      blocks: [{ kind: 'json', title: 'answerBody', value: answer }],
    },
  ];
}

/**
 * The answer to an order brings the five fields: it belongs to the next step.
 *
 * @param {string} method
 * @param {string} path
 * @param {string} stage
 */
function phaseOf(method, path, stage) {
  if (path === '/api/login') return 1;
  if (path === '/api/orders' || path.endsWith('/checkout')) return stage === 'asked' ? 2 : 3;
  return method === 'GET' ? 5 : 7;
}

/** @param {any} answer */
function withoutToken(answer) {
  return typeof answer === 'object' && answer !== null && 'token' in answer
    ? { ...answer, token: text('leftOut') }
    : answer;
}

/**
 * An order number, but for its end.
 *
 * @param {string} path
 */
function shortened(path) {
  return path.replace(/\/\w+(\w{6})(?=\/|$)/, (whole, end) => (whole.length > 20 ? `/…${end}` : whole));
}
