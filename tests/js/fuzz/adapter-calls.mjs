// The handlers of notifications. Their options and what arrives may be anything; request and response themselves are
// objects of a framework.
import { fastifyPlugin, fetchHandler, koaHandler, MemoryReplayStore, nodeHandler, NotificationReceiver } from 'wechatpay-wasm/adapters'

import { notification } from '../support/platform.mjs'

const store = () => ({ claim: () => 'claimed', commit: () => undefined, release: () => undefined })
const ofOptions = (path) => path[0] === '0'
const ofMessage = (path) => path[0] === '1'

export function adapterCalls(merchant) {
  const options = () => ({
    merchant,
    onNotification: () => undefined,
    onError: () => undefined,
    onRefused: () => undefined,
    replayStore: store(),
    maxBodyBytes: 1_000_000,
    bodyTimeout: 5,
  })
  const received = () => {
    const { headers, body } = notification()
    return { method: 'POST', headers, body, rawBody: undefined, pieces: [Buffer.from(body)], readableDidRead: false }
  }
  const nodeRequest = ({ pieces, ...request }) => ({
    ...request,
    async *[Symbol.asyncIterator]() {
      yield* pieces
    },
  })
  const response = { writeHead: () => undefined, end: () => undefined }
  const onNode = ([given, message]) => nodeHandler(given)(nodeRequest(message), response)
  const onKoa = ([given, { method, headers, body, rawBody, pieces, readableDidRead }]) => {
    const req = nodeRequest({ method, headers, pieces, readableDidRead })
    return koaHandler(given)({ req, request: { body, rawBody }, set: () => undefined })
  }
  const onFetch = ([given, { method, headers, body }]) => {
    const fetchRequest = new Request('http://shop.example/', { method: 'POST', headers: notification().headers, body: 'x', duplex: 'half' })
    return fetchHandler(given)(new Proxy(fetchRequest, {
      get(target, name) {
        if (name === 'method') return method
        if (name === 'headers') return new Headers(headers)
        const value = name === 'body' ? new Response(body).body : target[name]
        return typeof value === 'function' ? value.bind(target) : value
      },
    }))
  }
  const scope = (message) => {
    let handler
    let parser
    return {
      handler: () => handler,
      parse: async (request) => parser(request, nodeRequest(message)),
      removeAllContentTypeParsers: () => undefined,
      addContentTypeParser: (_, parse) => (parser = parse),
      post: (_, handle) => (handler = handle),
    }
  }
  const onFastify = async ([given, message]) => {
    const registered = scope(message)
    await fastifyPlugin(registered, given)
    const reply = { code: () => reply, headers: () => reply, send: () => reply }
    const { headers } = message
    let body
    try {
      body = await registered.parse({ headers })
    } catch {
      return 'the framework answers'
    }
    return registered.handler()({ headers, body }, reply)
  }
  const both = (name, run) => [
    { name, make: () => [options(), received()], run, isFree: ofOptions },
    { name: `${name} with a message`, make: () => [options(), received()], run, isFree: (path) => ofMessage(path) && path.length > 1 },
  ]
  const receiver = new NotificationReceiver(options())
  return [
    ...both('nodeHandler', onNode),
    ...both('koaHandler', onKoa),
    { name: 'fetchHandler', make: () => [options(), received()], run: onFetch, isFree: ofOptions },
    ...both('fastifyPlugin', onFastify).map((call) => ({ ...call, make: () => call.make().map((part, at) => (at === 0 ? { ...part, path: '/notify' } : part)) })),
    { name: 'NotificationReceiver', make: () => [options()], run: (args) => new NotificationReceiver(...args).receive(notification()) },
    { name: 'NotificationReceiver.receive', make: () => [notification()], run: (args) => receiver.receive(...args) },
    { name: 'NotificationReceiver.failed', make: () => ['x', {}], run: (args) => receiver.failed(...args) },
    { name: 'MemoryReplayStore', make: () => [{ lease: 1, retention: 2, capacity: 3 }], run: (args) => new MemoryReplayStore(...args).claim('x') },
    ...['claim', 'commit', 'release'].map((method) => ({
      name: `MemoryReplayStore.${method}`,
      make: () => ['id'],
      run: (args) => new MemoryReplayStore()[method](...args),
    })),
  ]
}
