import { randomBytes, randomInt } from 'node:crypto';

import { randomText } from './cipher.js';
import { compactTime } from './time.js';

/** `wx` + 14 digits of Beijing time + 20 hexadecimal digits: 36 characters. */
export function prepayId(now: number): string {
  return `wx${compactTime(now)}${randomBytes(10).toString('hex')}`;
}

/** 28 digits that begin with 4200. */
export function transactionId(now: number): string {
  return `4200${digits(6)}${compactTime(now).slice(0, 8)}${digits(10)}`;
}

/** 29 digits that begin with 503. */
export function refundId(now: number): string {
  return `503${digits(6)}${compactTime(now).slice(0, 10)}${digits(10)}`;
}

/** `o` + 27 characters. */
export function openid(): string {
  return `o${randomText(27)}`;
}

/** Hexadecimal groups and a numeric code after the last hyphen, as support staff ask for it. */
export function requestId(code: number): string {
  return `${randomBytes(4).toString('hex').toUpperCase()}${digits(16)}-${code}`;
}

function digits(count: number): string {
  return Array.from({ length: count }, () => randomInt(10)).join('');
}
