// A template and its data give virtual nodes; they are laid over the document by changing only what differs, so that
// an input keeps its cursor and a button its focus.

import { createElement, NAVIGATE, setAttribute } from './components.js';
import { asText } from './expression.js';

/** @import { Scope } from './expression.js' */
/** @import { ElementNode, TemplateNode } from './wxml.js' */

/**
 * @typedef {object} VirtualNode
 * @property {string} tag `#text`, or the name of a component
 * @property {string} key
 * @property {string} text
 * @property {Record<string, any>} attributes
 * @property {Record<string, any>} dataset
 * @property {Record<string, string>} handlers
 * @property {VirtualNode[]} children
 * @property {Node} [node]
 *
 * @typedef {(handler: string, event: { type: string, currentTarget: object, detail: object }) => void} Dispatch
 */

/**
 * What an element on the page stands for now; its listeners look here.
 *
 * @type {WeakMap<Node, VirtualNode>}
 */
const current = new WeakMap();

/**
 * @param {TemplateNode[]} template
 * @param {Scope} scope
 * @returns {VirtualNode[]}
 */
export function expand(template, scope) {
  /** @type {VirtualNode[]} */
  const nodes = [];
  let taken = false;
  for (const node of template) {
    if (node.type === 'text') {
      nodes.push(virtual('#text', { text: asText(node.text(scope)) }));
      continue;
    }
    if (node.branch === 'elif' || node.branch === 'else') {
      if (taken) continue;
      taken = node.condition === undefined || Boolean(node.condition(scope));
      if (!taken) continue;
    } else if (node.branch === 'if' && node.loop === undefined) {
      taken = Boolean(node.condition?.(scope));
      if (!taken) continue;
    }
    nodes.push(...expandElement(node, scope));
  }
  return nodes;
}

/**
 * @param {ElementNode} node
 * @param {Scope} scope
 * @returns {VirtualNode[]}
 */
function expandElement(node, scope) {
  const { loop } = node;
  if (loop === undefined) return single(node, scope, '');
  const list = /** @type {unknown[]} */ (loop.list(scope) ?? []);
  return list.flatMap((item, index) => {
    const inner = { ...scope, [loop.item]: item, [loop.index]: index };
    if (node.condition !== undefined && !node.condition(inner)) return [];
    const key = loop.key === undefined ? index : loop.key === '*this' ? item : keyOf(item, loop.key);
    return single(node, inner, asText(key));
  });
}

/**
 * @param {ElementNode} node
 * @param {Scope} scope
 * @param {string} key
 */
function single(node, scope, key) {
  const children = expand(node.children, scope);
  if (node.tag === 'block') return children;
  const evaluated = (/** @type {ElementNode['attributes']} */ pairs) =>
    Object.fromEntries(pairs.map(([name, value]) => [name, value(scope)]));
  return [
    virtual(node.tag, {
      key,
      attributes: evaluated(node.attributes),
      dataset: evaluated(node.dataset),
      handlers: Object.fromEntries(node.handlers),
      children,
    }),
  ];
}

/**
 * @param {Node} parent
 * @param {VirtualNode[]} before
 * @param {VirtualNode[]} after
 * @param {Dispatch} dispatch
 */
export function patch(parent, before, after, dispatch) {
  const rest = new Set(before);
  let place = before[0]?.node ?? null;
  for (const [index, next] of after.entries()) {
    const candidate =
      next.key === ''
        ? before[index]
        : before.find((old) => old.key === next.key && old.tag === next.tag);
    const old =
      candidate !== undefined && rest.has(candidate) && alike(candidate, next) ? candidate : undefined;
    if (old?.node === undefined) next.node = create(next, dispatch);
    else {
      rest.delete(old);
      next.node = old.node;
      update(old, next, dispatch);
    }
    if (next.node === place) place = place?.nextSibling ?? null;
    else parent.insertBefore(next.node, place);
  }
  for (const { node } of rest) if (node !== undefined) parent.removeChild(node);
}

/**
 * @param {VirtualNode} next
 * @param {Dispatch} dispatch
 * @returns {Node}
 */
function create(next, dispatch) {
  if (next.tag === '#text') return document.createTextNode(next.text);
  const element = createElement(next.tag, Object.keys(next.handlers), (type, detail) => {
    const { dataset, handlers } = current.get(element) ?? next;
    const handler = type === NAVIGATE ? NAVIGATE : handlers[type];
    if (handler !== undefined) dispatch(handler, { type, currentTarget: { dataset }, detail });
  });
  current.set(element, next);
  for (const [name, value] of Object.entries(next.attributes)) setAttribute(element, name, value);
  patch(element, [], next.children, dispatch);
  return element;
}

/**
 * @param {VirtualNode} old
 * @param {VirtualNode} next
 * @param {Dispatch} dispatch
 */
function update(old, next, dispatch) {
  const { node } = next;
  if (node instanceof Text) {
    if (old.text !== next.text) node.data = next.text;
    return;
  }
  const element = /** @type {HTMLElement} */ (node);
  current.set(element, next);
  for (const name of new Set([...Object.keys(old.attributes), ...Object.keys(next.attributes)])) {
    if (old.attributes[name] !== next.attributes[name]) {
      setAttribute(element, name, next.attributes[name]);
    }
  }
  patch(element, old.children, next.children, dispatch);
}

/**
 * @param {VirtualNode} old
 * @param {VirtualNode} next
 */
function alike(old, next) {
  const events = (/** @type {VirtualNode} */ node) => Object.keys(node.handlers).sort().join();
  return old.tag === next.tag && old.key === next.key && events(old) === events(next);
}

/**
 * @param {string} tag
 * @param {Partial<VirtualNode>} rest
 * @returns {VirtualNode}
 */
function virtual(tag, rest) {
  return { tag, key: '', text: '', attributes: {}, dataset: {}, handlers: {}, children: [], ...rest };
}

/**
 * @param {unknown} item
 * @param {string} name
 */
function keyOf(item, name) {
  return typeof item === 'object' && item !== null
    ? /** @type {Record<string, unknown>} */ (item)[name]
    : item;
}
