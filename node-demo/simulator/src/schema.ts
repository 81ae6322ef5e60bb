// The field rules of an API, written down as data: types, lengths and patterns as the documents give them.

import { ApiError, paramError } from './api-error.js';

export type Rule = StringRule | IntegerRule | BooleanRule | ObjectRule | ArrayRule;

interface Common {
  required?: boolean;
}

export interface StringRule extends Common {
  type: 'string';
  min?: number;
  max: number;
  /** What `max` counts: characters, or UTF-8 bytes where the document says bytes. */
  unit?: 'characters' | 'bytes';
  pattern?: { regex: RegExp; allowed: string };
  oneOf?: readonly string[];
  check?: (value: string) => string | undefined;
}

export interface IntegerRule extends Common {
  type: 'integer';
  min: number;
}

export interface BooleanRule extends Common {
  type: 'boolean';
}

export interface ObjectRule extends Common {
  type: 'object';
  members: Record<string, Rule>;
}

export interface ArrayRule extends Common {
  type: 'array';
  items: Rule;
}

export type Json = null | boolean | number | string | Json[] | { [member: string]: Json };
export type JsonObject = { [member: string]: Json };

/** Parses a request body and holds it against the rules; the first offence is thrown. */
export function parseBody(body: Buffer, members: Record<string, Rule>): JsonObject {
  const value = parseJson(body);
  validate(value, { type: 'object', members }, '');
  return value as JsonObject;
}

function parseJson(body: Buffer): Json {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new ApiError(400, 'PARAM_ERROR', '请求体不是 UTF-8 编码');
  }
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new ApiError(400, 'PARAM_ERROR', '请求体不是合法的 JSON');
  }
}

function validate(value: Json, rule: Rule, path: string): void {
  if (value === null) throw paramError(path, 'must not be null', value);
  switch (rule.type) {
    case 'string':
      return validateString(value, rule, path);
    case 'integer':
      if (!Number.isSafeInteger(value)) throw paramError(path, 'must be an integer', value);
      if (Number(value) < rule.min) throw paramError(path, `must be at least ${rule.min}`, value);
      return;
    case 'boolean':
      if (typeof value !== 'boolean') throw paramError(path, 'must be a boolean', value);
      return;
    case 'array':
      if (!Array.isArray(value)) throw paramError(path, 'must be an array', value);
      value.forEach((item, index) => validate(item, rule.items, `${path}/${index}`));
      return;
    case 'object':
      return validateObject(value, rule, path);
  }
}

function validateObject(value: Json, rule: ObjectRule, path: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw paramError(path || '/', 'must be an object', typeof value);
  }
  for (const [name, member] of Object.entries(rule.members)) {
    if (member.required === true && !Object.hasOwn(value, name)) {
      throw paramError(`${path}/${name}`, 'is required', undefined);
    }
  }
  for (const [name, member] of Object.entries(value)) {
    const known = Object.hasOwn(rule.members, name) ? rule.members[name] : undefined;
    if (known === undefined) {
      const issue = 'is not a parameter of this API (参数中含有非法的额外参数)';
      throw paramError(`${path}/${name}`, issue, undefined);
    }
    validate(member, known, `${path}/${name}`);
  }
}

function validateString(value: Json, rule: StringRule, path: string): void {
  if (typeof value !== 'string') throw paramError(path, 'must be a string', value);
  const size = rule.unit === 'bytes' ? Buffer.byteLength(value) : Array.from(value).length;
  const min = rule.min ?? 1;
  if (size < min || size > rule.max) {
    const unit = rule.unit ?? 'characters';
    throw paramError(path, `must be ${min} to ${rule.max} ${unit} long, found ${size}`, value);
  }
  if (/[\u{10000}-\u{10ffff}]/u.test(value)) {
    throw paramError(path, 'must not contain 4-byte UTF-8 characters such as emoji', value);
  }
  if (rule.pattern !== undefined && !rule.pattern.regex.test(value)) {
    throw paramError(path, `may only contain ${rule.pattern.allowed}`, value);
  }
  if (rule.oneOf !== undefined && !rule.oneOf.includes(value)) {
    throw paramError(path, `must be one of ${rule.oneOf.join(', ')}`, value);
  }
  const issue = rule.check?.(value);
  if (issue !== undefined) throw paramError(path, issue, value);
}
