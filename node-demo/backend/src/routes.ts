import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { routePath } from 'hono/route';

import { products } from './catalogue.js';
import type { Database } from './db/database.js';
import { sealHolds } from './edge-seal.js';
import { ShopError } from './errors.js';
import { errorFields, withLogFields, type Logger } from './log.js';
import type { Metrics } from './metrics.js';
import type { Notifications } from './notifications.js';
import { operatorGuard } from './operator-guard.js';
import type { Order } from './orders.js';
import type { RefundDesk } from './refund-desk.js';
import type { Refund } from './refunds.js';
import { findSession, openSession } from './sessions.js';
import type { Checkout, Shop } from './shop.js';
import { code2Session, type LoginOptions } from './wechat-login.js';

export interface RouteDependencies {
  database: Database;
  shop: Shop;
  refundDesk: RefundDesk;
  notifications: Notifications;
  login: LoginOptions;
  metrics: Metrics;
  /** For /metrics and the operator's pages, which are not there without it. */
  operatorToken: string | undefined;
  /** With it, callbacks are taken from the edge alone. */
  edgeSecret: string | undefined;
  now: () => Date;
  log: Logger;
}

interface Variables {
  openid: string;
}

type App = Hono<{ Variables: Variables }>;
type Ctx = Context<{ Variables: Variables }>;

/** Paths WeChat Pay posts to; they go into notify_url. */
export const PAYMENT_CALLBACK_PATH = '/wechatpay/notify';
export const REFUND_CALLBACK_PATH = '/wechatpay/refund-notify';

const MAX_BODY_BYTES = 64 * 1024;
const DEFAULT_REASON = '买家申请退款';

export function createApp(dependencies: RouteDependencies): App {
  const { database, shop, refundDesk, notifications, login, edgeSecret, metrics, now, log } =
    dependencies;
  const app: App = new Hono();

  app.use(async (context, next) => {
    const requestId = crypto.randomUUID();
    context.header('Request-ID', requestId);
    await withLogFields({ requestId }, async () => {
      const started = performance.now();
      await next();
      const { method, path } = context.req;
      const { status } = context.res;
      const milliseconds = performance.now() - started;
      metrics.request(method, routePath(context, -1), status, milliseconds);
      log.debug('answered', { method, path, status, milliseconds: Math.round(milliseconds) });
    });
  });
  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new ShopError(
          413,
          'BODY_TOO_LARGE',
          `the body must be at most ${MAX_BODY_BYTES} bytes`,
        );
      },
    }),
  );
  app.onError((error, context) => answerError(error, context as Ctx, log));

  app.get('/healthz', async (context) => {
    try {
      await database.query('SELECT 1');
      return context.json({ status: 'ok' });
    } catch (error) {
      log.error('not healthy', errorFields(error));
      return context.json({ status: 'the database does not answer' }, 503);
    }
  });

  app.get('/metrics', operatorGuard(dependencies.operatorToken), async (context) =>
    context.body(await metrics.text(), 200, { 'Content-Type': metrics.contentType }),
  );

  for (const path of [PAYMENT_CALLBACK_PATH, REFUND_CALLBACK_PATH]) {
    app.post(path, async (context) => {
      // The raw bytes: what was signed is what arrived, not what JSON.parse makes of it.
      const body = new Uint8Array(await context.req.arrayBuffer());
      const seal = context.req.header('Edge-Seal');
      if (edgeSecret !== undefined && !(await sealHolds(edgeSecret, seal, path, body, now()))) {
        metrics.callback('NOT_SEALED');
        log.warn('callback did not come by the edge');
        return context.json({ code: 'FAIL', message: 'callbacks come by the edge' }, 401);
      }
      const answer = await notifications.receive(context.req.raw.headers, body);
      return answer.status === 204
        ? context.body(null, 204)
        : context.json(answer.body, answer.status);
    });
  }

  app.get('/api/products', (context) => context.json({ products: products() }));

  app.post('/api/login', async (context) => {
    const { code } = await jsonBody(context);
    if (typeof code !== 'string' || code === '' || code.length > 128) {
      throw new ShopError(400, 'CODE_MISSING', 'send { "code": … } with the code of wx.login');
    }
    const openid = await code2Session(login, code);
    const session = await openSession(database, openid, now());
    return context.json({ openid, ...session });
  });

  app.use('/api/orders', authenticated);
  app.use('/api/orders/*', authenticated);

  async function authenticated(context: Ctx, next: () => Promise<void>): Promise<void> {
    const token = /^Bearer ([0-9A-Z]{32})$/.exec(context.req.header('Authorization') ?? '')?.[1];
    const openid = token === undefined ? undefined : await findSession(database, token, now());
    if (openid === undefined) {
      throw new ShopError(
        401,
        'LOGIN_REQUIRED',
        'send Authorization: Bearer with the token of POST /api/login',
      );
    }
    context.set('openid', openid);
    await next();
  }

  app.get('/api/orders', async (context) => {
    const orders = await shop.orders(context.get('openid'));
    return context.json({ orders: orders.map(orderView) });
  });

  app.post('/api/orders', async (context) => {
    const { productId, quantity, openid } = await jsonBody(context);
    const buyer = context.get('openid');
    if (openid !== undefined && openid !== buyer) {
      throw new ShopError(403, 'OPENID_MISMATCH', 'openid is not the one this session belongs to');
    }
    const checkout = await shop.createOrder(buyer, productId, quantity);
    return context.json(checkoutView(checkout), 201);
  });

  const orderOf = (context: Ctx): Promise<Order> =>
    shop.order(context.get('openid'), context.req.param('outTradeNo') ?? '');

  app.get('/api/orders/:outTradeNo', async (context) => {
    const order = await orderOf(context);
    const { events, refunds } = await shop.history(order);
    return context.json({ order: orderView(order), events, refunds: refunds.map(refundView) });
  });

  app.post('/api/orders/:outTradeNo/checkout', async (context) =>
    context.json(checkoutView(await shop.checkout(await orderOf(context)))),
  );

  app.post('/api/orders/:outTradeNo/refresh', async (context) => {
    const order = await shop.refresh(await orderOf(context));
    if (order.status === 'REFUNDING') await refundDesk.refresh(order);
    return context.json({ order: orderView(await orderOf(context)) });
  });

  app.post('/api/orders/:outTradeNo/close', async (context) =>
    context.json({ order: orderView(await shop.close(await orderOf(context))) }),
  );

  app.post('/api/orders/:outTradeNo/refund', async (context) => {
    const { amount, reason } = await jsonBody(context);
    if (amount !== undefined && typeof amount !== 'number') {
      throw new ShopError(400, 'AMOUNT_INVALID', 'amount must be a whole number of fen');
    }
    const text = typeof reason === 'string' && reason !== '' ? reason : DEFAULT_REASON;
    const refund = await refundDesk.refund(await orderOf(context), amount, text);
    return context.json({ refund: refundView(refund), order: orderView(await orderOf(context)) });
  });

  app.notFound((context) => {
    // Nothing but the API answers under /api; a page may be mounted beside it.
    const error = { code: 'NOT_FOUND', message: `nothing is at ${context.req.path}` };
    return context.json({ error }, 404);
  });
  return app;
}

async function jsonBody(context: Ctx): Promise<Record<string, unknown>> {
  const text = await context.req.text();
  if (text === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ShopError(400, 'BODY_NOT_JSON', 'the body must be a JSON object');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ShopError(400, 'BODY_NOT_JSON', 'the body must be a JSON object');
  }
  return value as Record<string, unknown>;
}

function answerError(error: Error, context: Ctx, log: Logger): Response {
  if (error instanceof ShopError) {
    const level = error.status >= 500 ? 'warn' : 'info';
    log[level]('request refused', {
      path: context.req.path,
      status: error.status,
      ...errorFields(error),
    });
    return context.json({ error: { code: error.code, message: error.message } }, error.status);
  }
  if (error instanceof HTTPException) {
    return context.json({ error: { code: 'REFUSED', message: error.message } }, error.status);
  }
  log.error('request failed', { path: context.req.path, ...errorFields(error) });
  const message = 'something went wrong here; the Request-ID of this answer finds it in the log';
  return context.json({ error: { code: 'INTERNAL', message } }, 500);
}

function checkoutView({ order, requestPayment }: Checkout): object {
  return { order: orderView(order), requestPayment: requestPayment ?? null };
}

function orderView(order: Order): object {
  const { outTradeNo, productId, quantity, description, amountTotal, amountRefunded } = order;
  const { currency, status, paidBy, transactionId } = order;
  return {
    outTradeNo,
    productId,
    quantity,
    description,
    amountTotal,
    amountRefunded,
    currency,
    status,
    paidBy: paidBy ?? null,
    transactionId: transactionId ?? null,
    paidAt: order.paidAt ?? null,
    expiresAt: order.expiresAt,
    createdAt: order.createdAt,
  };
}

function refundView({ outRefundNo, amount, reason, status }: Refund): object {
  return { outRefundNo, amount, reason, status };
}
