// The same handler of notifications on every framework. Each starts a server and gives its URL.
import 'reflect-metadata'

import { createServer } from 'node:http'
import { after } from 'node:test'

import { serve } from '@hono/node-server'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import koaBodyParser from 'koa-bodyparser'
import { fastifyPlugin, fetchHandler, koaHandler, nodeHandler } from 'wechatpay-wasm/adapters'

const PATH = '/wechatpay/notify'

export const listening = async (server) => {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${server.address().port}${PATH}`
}

const expressApp = (...before) => (options) => {
  const app = express()
  for (const middleware of before) app.use(middleware)
  app.all(PATH, nodeHandler(options))
  return listening(createServer(app))
}

const koaApp = (...before) => (options) => {
  const app = new Koa()
  for (const middleware of before) app.use(middleware)
  app.use(koaHandler(options))
  return listening(createServer(app.callback()))
}

const nestApp = (makeAdapter, settings) => async (options) => {
  class AppModule {
    configure(consumer) {
      consumer.apply(nodeHandler(options)).forRoutes(PATH)
    }
  }
  Module({})(AppModule)
  const app = await NestFactory.create(AppModule, makeAdapter(), { logger: false, ...settings })
  await app.listen(0, '127.0.0.1')
  after(() => app.close())
  return `http://127.0.0.1:${app.getHttpServer().address().port}${PATH}`
}

const keepingBytes = express.json({
  verify: (request, response, bytes) => {
    request.rawBody = bytes
  },
})

/** Where the bytes of the body can be had. */
export const frameworks = {
  'node:http': (options) => listening(createServer(nodeHandler(options))),
  'Express': expressApp(),
  'Express after express.raw()': expressApp(express.raw({ type: '*/*' })),
  'Express after express.text()': expressApp(express.text({ type: '*/*' })),
  'Express after express.json() that keeps the bytes': expressApp(keepingBytes),
  'Koa': koaApp(),
  'Koa after koa-bodyparser': koaApp(koaBodyParser()),
  'Fastify': async (options) => {
    const app = fastify()
    await app.register(fastifyPlugin, { path: PATH, ...options })
    await app.listen({ port: 0, host: '127.0.0.1' })
    after(() => app.close())
    return `http://127.0.0.1:${app.server.address().port}${PATH}`
  },
  'Nest on Express': nestApp(() => new ExpressAdapter(), { rawBody: true }),
  'Nest on Fastify': nestApp(() => new FastifyAdapter(), {}),
  'Hono': (options) => {
    const handle = fetchHandler(options)
    const app = new Hono()
    app.all(PATH, (context) => handle(context.req.raw))
    return new Promise((resolve) => {
      const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
        resolve(`http://127.0.0.1:${port}${PATH}`)
      })
      after(() => server.close())
    })
  },
}

export const parsingFirst = new Set([
  'Express after express.json() that keeps the bytes',
  'Koa after koa-bodyparser',
  'Nest on Express',
])

/** Where a parser has eaten them. */
export const eaters = {
  'Express after express.json()': expressApp(express.json()),
  'Koa after a parser of its own': koaApp(async (context, next) => {
    for await (const _ of context.req);
    await next()
  }),
  'Nest on Express without rawBody': nestApp(() => new ExpressAdapter(), {}),
  'Hono after context.req.json()': (options) => {
    const handle = fetchHandler(options)
    const app = new Hono()
    app.post(PATH, async (context) => {
      await context.req.raw.json()
      return handle(context.req.raw)
    })
    return new Promise((resolve) => {
      const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
        resolve(`http://127.0.0.1:${port}${PATH}`)
      })
      after(() => server.close())
    })
  },
}
