// A callback: what arrived, what the backend made of it, and what it answered.

import { pick, text } from '../i18n.js';
import { POSITIONS } from './attacks.js';
import { wechatpayHeaders } from './labels.js';

/** @import { Block } from './blocks.js' */
/** @import { Row } from './rows.js' */

/**
 * @param {any} event
 * @returns {Row[]}
 */
export function deliveryRows(event) {
  const { id, at, attack, path, copy } = event;
  const position = POSITIONS.find((known) => known.id === attack);
  const attacked = position?.group === 'callback' || position?.group === 'clock';
  const arrived = { id: `${id}`, at, phase: 6, from: /** @type {const} */ ('wechat'), to: /** @type {const} */ ('backend'), attacked };
  const label = `POST ${path}${copy === 2 ? ` · ${text('again')}` : ''}`;
  if (event.arrived === null) {
    return [
      { ...arrived, label, status: text('lostOnTheWay'), tone: 'bad', blocks: [{ kind: 'note', good: false, value: text('lostNote') }] },
    ];
  }
  return [
    { ...arrived, label, tone: 'plain', blocks: arrivalBlocks(event, attacked && position !== undefined ? pick(position.what) : '') },
    verdictRow(event),
    answerRow(event),
  ];
}

/**
 * @param {any} event
 * @param {string} what was done to it
 * @returns {Block[]}
 */
function arrivalBlocks({ sent, arrived, clockShift }, what) {
  /** @type {Block[]} */
  const blocks = [];
  if (what !== '') blocks.push({ kind: 'note', good: false, value: what });
  if (clockShift !== 0) {
    const value = `${text('clockNote')}: ${clockShift / 1000} ${text('seconds')}`;
    blocks.push({ kind: 'note', good: false, value });
  }
  blocks.push(
    {
      kind: 'headers',
      title: 'arrivedHeaders',
      value: wechatpayHeaders(arrived.headers),
      before: wechatpayHeaders(sent.headers),
    },
    { kind: 'raw', title: 'arrivedBody', value: arrived.body, before: sent.body },
  );
  return blocks;
}

/**
 * @param {any} event
 * @returns {Row}
 */
function verdictRow({ id, at, accepted, verdict, message, resource, attack }) {
  /** @type {Block[]} */
  const blocks = message === null ? [] : [{ kind: 'signed', title: 'verified3', value: message }];
  if (accepted) blocks.push({ kind: 'json', title: 'decrypted', value: resource });
  else blocks.push({ kind: 'note', good: false, value: `${verdict} · ${text('orderUntouched')}` });
  const duplicate = verdict === 'DUPLICATE';
  return {
    id: `${id}v`,
    at,
    phase: 6,
    from: 'backend',
    to: 'backend',
    label: text(!accepted ? 'verdictRefused' : duplicate ? 'verdictDuplicate' : 'verdictAccepted'),
    status: String(verdict),
    tone: !accepted || verdict === 'REFUSED' ? 'bad' : duplicate ? 'warn' : 'good',
    featured: !(duplicate && attack === 'replay'),
    blocks,
  };
}

/**
 * @param {any} event
 * @returns {Row}
 */
function answerRow({ id, at, answer }) {
  const saved = answer?.status === 204 || answer?.status === 200;
  return {
    id: `${id}z`,
    at,
    phase: 6,
    from: 'backend',
    to: 'wechat',
    label: text(saved ? 'savedFirst' : 'retryFollows'),
    status: String(answer?.status ?? ''),
    tone: saved ? 'good' : 'bad',
    blocks: answer?.body ? [{ kind: 'raw', title: 'answerBody', value: answer.body }] : [],
  };
}
