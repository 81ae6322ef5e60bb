// What a row shows when it is opened: signed strings with their line feeds, headers, bodies.

import { element } from '../dom.js';
import { text } from '../i18n.js';

/** @import { TextName } from '../i18n.js' */

/**
 * @typedef {{ kind: 'signed', title: TextName, value: string }} SignedBlock
 * @typedef {{ kind: 'headers', title: TextName, value: Record<string, string>, before?: Record<string, string> | undefined }} HeadersBlock
 * @typedef {{ kind: 'raw', title: TextName, value: string, before?: string | undefined }} RawBlock
 * @typedef {{ kind: 'json', title: TextName, value: unknown }} JsonBlock
 * @typedef {{ kind: 'note', good?: boolean, value: string }} NoteBlock
 * @typedef {SignedBlock | HeadersBlock | RawBlock | JsonBlock | NoteBlock} Block
 */

/** @param {Block} block */
export function drawBlock(block) {
  if (block.kind === 'note') {
    const tone = block.good === undefined ? '' : block.good ? ' good' : ' bad';
    return element('p', { class: `block-note${tone}` }, block.value);
  }
  const code = element('pre', { class: 'code' });
  code.tabIndex = 0;
  if (block.kind === 'signed') code.append(...signedLines(block.value));
  else if (block.kind === 'headers') code.append(...headerLines(block.value, block.before));
  else if (block.kind === 'raw') code.append(...marked(block.value, block.before));
  else code.append(JSON.stringify(block.value, undefined, 2));
  return element('div', { class: 'block' }, element('h4', {}, text(block.title)), code);
}

/**
 * Every line ends in a visible line feed, an empty one too.
 *
 * @param {string} value
 */
function signedLines(value) {
  return value
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const feed = element('span', { class: 'feed', title: 'LF, 0x0A' }, '⏎');
      return element('span', { class: 'signed-line' }, line, feed);
    });
}

/**
 * @param {Record<string, string>} value
 * @param {Record<string, string>} [before]
 */
function headerLines(value, before) {
  const lines = Object.entries(value).map(([name, content]) => {
    const changed = before !== undefined && before[name] !== content;
    return element(
      'span',
      { class: 'header-line' },
      element('b', {}, `${name}: `),
      changed ? element('mark', {}, content) : content,
    );
  });
  const removed = Object.keys(before ?? {}).filter((name) => !Object.hasOwn(value, name));
  return [
    ...lines,
    ...removed.map((name) =>
      element('span', { class: 'header-line' }, element('del', {}, `${name}: ${before?.[name]}`)),
    ),
  ];
}

/**
 * The text, with what differs from the one before marked.
 *
 * @param {string} value
 * @param {string} [before]
 */
function marked(value, before) {
  if (before === undefined || before === value) return [value];
  let start = 0;
  while (value[start] === before[start]) start += 1;
  let tail = 0;
  while (tail < value.length - start && value.at(-1 - tail) === before.at(-1 - tail)) tail += 1;
  const end = value.length - tail;
  return [value.slice(0, start), element('mark', {}, value.slice(start, end)), value.slice(end)];
}
