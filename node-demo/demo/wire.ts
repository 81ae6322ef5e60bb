// The wire between the backend and WeChat Pay. It hands on every byte as it came, unless somebody sits on it.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { CallbackReport } from 'wechatpay-demo-backend';

import {
  callbackMessage,
  clockShift,
  signedAt,
  tamperAnswer,
  tamperCallback,
  tamperRequest,
  type Attack,
  type Letter,
} from './attacks.js';

/** A callback that went over the wire, and what the backend made of what arrived. */
export interface Delivery {
  attack: Attack;
  path: string;
  sent: Letter;
  /** Absent when it was lost. */
  arrived: Letter | undefined;
  /** The three lines over which the backend verified; absent when headers were missing. */
  message: string | undefined;
  /** What the clock of the backend is ahead of the one that signed, in milliseconds. */
  clockShift: number;
  /** 2 for the copy that a replay sends. */
  copy: 1 | 2;
  report: CallbackReport | undefined;
  answer: { status: number; body: string } | undefined;
}

export interface Wire {
  /** Takes the place of WeChat Pay for the backend, and of the backend for callbacks. */
  readonly url: string;
  attack: Attack;
  /** Where callbacks go. */
  backendUrl: string;
  /** A callback is with the backend. */
  readonly delivering: boolean;
  /** The clock of the backend. */
  now(): Date;
  /** The backend tells what it made of a callback. */
  heard(report: CallbackReport): void;
  close(): Promise<void>;
}

/** A body of an order that was changed on its way to WeChat Pay, or back. */
export interface Tampering {
  attack: Attack;
  sent: string;
  arrived: string;
}

export interface WireOptions {
  simulatorUrl: string;
  callbackPaths: RegExp;
  /** How long a callback is under way. */
  latencyMilliseconds: number;
  onDelivery: (delivery: Delivery) => void;
  onTampering: (tampering: Tampering) => void;
}

interface Answer extends Letter {
  status: number;
}

const HOP_BY_HOP = new Set(['connection', 'content-length', 'host', 'keep-alive', 'transfer-encoding']);
const ORDER = '/v3/pay/transactions/jsapi';

export async function startWire(options: WireOptions): Promise<Wire> {
  let report: CallbackReport | undefined;
  /** What the clock of the backend reads while a callback is with it, if it is wrong. */
  let reading: Date | undefined;
  let delivering = false;
  /** Callbacks go one at a time, so that a report belongs to the one that is on its way. */
  let turn: Promise<unknown> = Promise.resolve();

  const server = createServer((request, response) => {
    const serve = options.callbackPaths.test(request.url ?? '') ? callback : exchange;
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const wire: Wire = {
    url: `http://127.0.0.1:${port}`,
    attack: 'none',
    backendUrl: '',
    get delivering() {
      return delivering;
    },
    now: () => reading ?? new Date(),
    heard: (news) => {
      report = news;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return wire;

  async function callback(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = await read(request);
    await sleep(options.latencyMilliseconds);
    const { attack } = wire;
    const path = request.url ?? '/';
    const answer = await inTurn(async () => {
      const first = await deliver(attack, path, sent, 1);
      if (attack === 'replay') await deliver(attack, path, sent, 2);
      return first;
    });
    if (answer === undefined) response.destroy();
    else write(response, answer);
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  }

  async function deliver(
    attack: Attack,
    path: string,
    sent: Letter,
    copy: 1 | 2,
  ): Promise<Answer | undefined> {
    const arrived = tamperCallback(attack, sent);
    report = undefined;
    const shift = clockShift(attack);
    if (shift !== 0) reading = new Date(signedAt(sent) + shift);
    delivering = true;
    try {
      const answer =
        arrived === undefined
          ? undefined
          : await forward(`${wire.backendUrl}${path}`, 'POST', arrived);
      delivering = false;
      options.onDelivery({
        attack,
        path,
        sent,
        arrived,
        message: arrived === undefined ? undefined : callbackMessage(arrived),
        clockShift: shift,
        copy,
        report,
        answer:
          answer === undefined
            ? undefined
            : { status: answer.status, body: answer.body.toString('utf8') },
      });
      return answer;
    } finally {
      reading = undefined;
      delivering = false;
    }
  }

  async function exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    const { headers, body } = await read(request);
    const attack = url === ORDER ? wire.attack : 'none';
    const letter = { headers, body: tell(attack, body, tamperRequest(attack, body)) };
    const answer = await forward(`${options.simulatorUrl}${url}`, method, letter);
    write(response, { ...answer, body: tell(attack, answer.body, tamperAnswer(attack, answer.body)) });
  }

  function tell(attack: Attack, sent: Buffer, arrived: Buffer): Buffer {
    if (!sent.equals(arrived)) {
      const texts = { sent: sent.toString('utf8'), arrived: arrived.toString('utf8') };
      options.onTampering({ attack, ...texts });
    }
    return arrived;
  }
}

async function forward(url: string, method: string, { headers, body }: Letter): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers,
    redirect: 'manual',
    ...(method === 'GET' ? {} : { body: new Uint8Array(body) }),
  });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.from(await response.arrayBuffer()),
  };
}

async function read(message: IncomingMessage): Promise<Letter> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const headers: Record<string, string> = {};
  const { rawHeaders } = message;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (!HOP_BY_HOP.has(name.toLowerCase())) headers[name] = rawHeaders[at + 1] ?? '';
  }
  return { headers, body: Buffer.concat(chunks) };
}

function write(response: ServerResponse, { status, headers, body }: Answer): void {
  const kept = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()));
  response.writeHead(status, Object.fromEntries(kept)).end(body);
}
