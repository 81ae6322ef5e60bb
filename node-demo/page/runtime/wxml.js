// WXML, read into a tree whose attributes and texts are compiled expressions.

import { compileExpression, compileText } from './expression.js';

/** @import { Expression } from './expression.js' */

/**
 * @typedef {object} TextNode
 * @property {'text'} type
 * @property {Expression} text
 *
 * @typedef {object} ElementNode
 * @property {'element'} type
 * @property {string} tag
 * @property {[name: string, value: Expression][]} attributes
 * @property {[name: string, value: Expression][]} dataset
 * @property {[event: string, handler: string][]} handlers
 * @property {Expression | undefined} condition of wx:if and wx:elif
 * @property {'if' | 'elif' | 'else' | undefined} branch
 * @property {{ list: Expression, item: string, index: string, key: string | undefined } | undefined} loop
 * @property {TemplateNode[]} children
 *
 * @typedef {TextNode | ElementNode} TemplateNode
 */

/** What this runtime knows; anything else is refused by name rather than drawn wrong. */
export const TAGS = ['block', 'view', 'text', 'image', 'button', 'input', 'scroll-view', 'navigator'];
const EVENTS = ['tap', 'input', 'blur', 'confirm'];
const SELF_CLOSED = new Set(['image', 'input']);

/**
 * @param {string} source
 * @param {string} file for the error messages
 * @returns {TemplateNode[]}
 */
export function parseWxml(source, file) {
  try {
    return parse(source);
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * @param {string} source
 * @returns {TemplateNode[]}
 */
function parse(source) {
  /** @type {TemplateNode[]} */
  const roots = [];
  /** @type {ElementNode[]} */
  const open = [];
  const add = (/** @type {TemplateNode} */ node) => (open.at(-1)?.children ?? roots).push(node);

  for (const token of source.match(/<!--[\s\S]*?-->|<(?:"[^"]*"|[^">])*>|[^<]+/g) ?? []) {
    if (token.startsWith('<!--')) continue;
    if (!token.startsWith('<')) {
      const text = token.replace(/\s+/g, ' ');
      if (text.trim() !== '') add({ type: 'text', text: compileText(text.trim()) });
    } else if (token.startsWith('</')) {
      const tag = token.slice(2, -1).trim();
      const opened = open.pop();
      if (opened?.tag !== tag) throw new Error(`</${tag}> closes <${opened?.tag ?? 'nothing'}>`);
    } else {
      const element = parseElement(token);
      add(element);
      if (!token.endsWith('/>') && !SELF_CLOSED.has(element.tag)) open.push(element);
    }
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)?.tag}> is never closed`);
  return roots;
}

/**
 * @param {string} token
 * @returns {ElementNode}
 */
function parseElement(token) {
  const tag = /^<([\w-]+)/.exec(token)?.[1] ?? '';
  if (!TAGS.includes(tag)) {
    throw new Error(`<${tag}> is not in the subset this phone draws: ${TAGS.join(', ')}`);
  }
  /** @type {ElementNode} */
  const element = {
    type: 'element',
    tag,
    attributes: [],
    dataset: [],
    handlers: [],
    condition: undefined,
    branch: undefined,
    loop: undefined,
    children: [],
  };
  const given = new Map();
  const attributes = token.slice(tag.length + 1).replace(/\/?>$/, '');
  for (const [, name = '', value] of attributes.matchAll(/([\w:-]+)(?:\s*=\s*"([^"]*)")?/g)) {
    given.set(name, value);
  }
  for (const [name, value] of given) {
    const event = /^(?:bind|catch):?(.+)$/.exec(name)?.[1];
    if (event !== undefined) {
      if (!EVENTS.includes(event)) throw new Error(`${name} is not one of the events ${EVENTS.join(', ')}`);
      element.handlers.push([event, value]);
    } else if (name.startsWith('data-')) {
      element.dataset.push([camelCase(name.slice(5)), compileText(value ?? '')]);
    } else if (!name.startsWith('wx:')) {
      element.attributes.push([name, value === undefined ? () => true : compileText(value)]);
    }
  }
  const braced = (/** @type {string} */ name) => {
    const inner = /^\{\{(.*)\}\}$/s.exec(given.get(name) ?? '')?.[1];
    if (inner === undefined) throw new Error(`${name} must read {{…}}, found "${given.get(name)}"`);
    return compileExpression(inner);
  };
  for (const branch of /** @type {const} */ (['if', 'elif', 'else'])) {
    if (!given.has(`wx:${branch}`)) continue;
    element.branch = branch;
    if (branch !== 'else') element.condition = braced(`wx:${branch}`);
  }
  if (given.has('wx:for')) {
    if (element.branch === 'elif' || element.branch === 'else') {
      throw new Error(`wx:for and wx:${element.branch} on one element; put a <block> around it`);
    }
    element.loop = {
      list: braced('wx:for'),
      item: given.get('wx:for-item') ?? 'item',
      index: given.get('wx:for-index') ?? 'index',
      key: given.get('wx:key'),
    };
  }
  return element;
}

/** @param {string} name */
function camelCase(name) {
  return name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
}
