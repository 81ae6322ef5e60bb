// The HTTP the simulator speaks: raw bytes in, raw bytes out, the request target untouched.

import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

export interface HttpRequest {
  method: string;
  /** The request target as it came: path and query, nothing decoded. */
  url: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  /** True for files, which WeChat Pay does not sign. */
  unsigned?: true;
}

const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** `undefined` when the body is larger than anything WeChat Pay would take. */
export async function readRequest(message: IncomingMessage): Promise<HttpRequest | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: message.method ?? 'GET',
    url,
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    headers: message.headers,
    body: Buffer.concat(chunks),
  };
}

export function writeAnswer(response: ServerResponse, answer: HttpAnswer): void {
  const { status, headers, body } = answer;
  const length = status === 204 ? {} : { 'Content-Length': String(body.length) };
  response.writeHead(status, { ...headers, ...length });
  response.end(status === 204 ? undefined : body);
}

export function json(status: number, value: unknown): HttpAnswer {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: Buffer.from(JSON.stringify(value)),
  };
}

export function noContent(): HttpAnswer {
  return { status: 204, headers: {}, body: Buffer.alloc(0) };
}

/** Parameters of `/v3/a/{name}` in a path, percent-decoded; `undefined` when it does not match. */
export function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const expected = pattern.split('/');
  const found = path.split('/');
  if (expected.length !== found.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of expected.entries()) {
    const actual = found[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) {
      if (part !== actual) return undefined;
      continue;
    }
    const value = decode(actual);
    if (value === undefined || value === '') return undefined;
    parameters[name] = value;
  }
  return parameters;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
