// Compiled, never run: client, adapters and signers as a TypeScript project writes them.
import { type Authorization, type ExternalMerchant, Merchant, type RequestPaymentParams, webCryptoSigner } from 'wechatpay-wasm'
import {
  fastifyPlugin,
  fetchHandler,
  koaHandler,
  MemoryReplayStore,
  nodeHandler,
  type NotificationOptions,
  type ReplayStore,
} from 'wechatpay-wasm/adapters'
import { type Answer, Client, type Refund, type Transaction, WechatPayRequestError } from 'wechatpay-wasm/client'
import { nodeSigner } from 'wechatpay-wasm/node'
import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { createPrivateKey } from 'node:crypto'
import { createServer } from 'node:http'

declare const cryptoKey: import('node:crypto').webcrypto.CryptoKey

const common = { mchid: '1', serialNo: 'AB', apiV3Key: '', platformKeys: [] }
const local = new Merchant({ ...common, privateKey: '' })
const external: ExternalMerchant = new Merchant({ ...common, signer: webCryptoSigner(cryptoKey) })
const byNode = new Merchant({ ...common, signer: nodeSigner(createPrivateKey('')), certificate: '' })
const byKms = new Merchant({ ...common, signer: async (message: Uint8Array) => message })

const now: Authorization = local.authorize({ method: 'GET', url: '/' })
const later: Promise<Authorization> = external.authorize({ method: 'GET', url: '/' })
const params: Promise<RequestPaymentParams> = byKms.requestPayment({ appid: '', prepayId: '' })
const opened: string = byNode.openNotification({ headers: {}, body: '' }).id

const client = new Client({ merchant: external, timeout: 5, retries: 1, backupOrigin: null })
const transaction: Promise<Transaction> = client.transactions.queryByOutTradeNo('A1')
const refund: Promise<Refund> = client.refunds.create({ out_trade_no: 'A1', out_refund_no: 'R1', amount: { refund: 1, total: 1 } })
const answer: Promise<Answer<{ a: number }>> = client.request<{ a: number }>('GET', '/v3/x', undefined, { query: { b: 1 } })
const status = (error: unknown): 'none' | 'unknown' | undefined =>
  error instanceof WechatPayRequestError ? error.effect : undefined

const replayStore: ReplayStore = new MemoryReplayStore({ lease: 30 })
const options: NotificationOptions = {
  merchant: client,
  onNotification: async ({ eventType }) => eventType,
  onError: console.error,
  replayStore,
}
express().post('/', nodeHandler(options))
createServer(nodeHandler(options))
fastify().register(fastifyPlugin, { ...options, path: '/' })
new Koa().use(koaHandler(options))
const handle = fetchHandler({ ...options, merchant: local })
const handled: Promise<Response> = handle(new Request(''))
new Hono().post('/', (context) => handle(context.req.raw))

@Module({})
class AppModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(nodeHandler(options)).forRoutes('wechatpay/notify')
  }
}

// @ts-expect-error a promise is no authorization
const wrong: Authorization = external.authorize({ method: 'GET', url: '/' })
// @ts-expect-error both a key and a signer
new Merchant({ ...common, privateKey: '', signer: async () => new Uint8Array() })
// @ts-expect-error neither of both
new Merchant(common)
// @ts-expect-error base64
new Merchant({ ...common, signer: async () => 'AAAA' })
// @ts-expect-error an order without its payer
client.transactions.jsapi({ appid: '', description: '', out_trade_no: '', notify_url: '', amount: { total: 1 } })
// @ts-expect-error a refund by both numbers
client.refunds.create({ out_trade_no: 'A', transaction_id: '1', out_refund_no: '', amount: { refund: 1, total: 1 } })
// @ts-expect-error nobody hears of failures
nodeHandler({ merchant: local, onNotification() {} })
// @ts-expect-error nobody else makes such an error
new WechatPayRequestError()

export { answer, AppModule, handled, later, now, opened, params, refund, status, transaction, wrong }
