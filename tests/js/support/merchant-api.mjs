// The merchant APIs of WeChat Pay as an HTTP server, on node:crypto alone: it checks what it is sent and signs what it says.
import { createPublicKey, verify } from 'node:crypto'
import { createServer } from 'node:http'
import { after } from 'node:test'

import { merchantOptions, signed } from './platform.mjs'

const merchantKey = createPublicKey(merchantOptions.privateKey)
const now = () => Math.floor(Date.now() / 1000)

/** A signed answer. */
export const says = (content, { status = 200, ...changes } = {}) => {
  const body = content === undefined ? '' : typeof content === 'string' ? content : JSON.stringify(content)
  return { status, ...signed(body, { timestamp: now(), ...changes }) }
}

/** An answer without a signature. */
export const saysUnsigned = (status, body, headers = {}) => ({
  status,
  headers: { 'Request-ID': 'REQUEST-1', ...headers },
  body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
})

export const refuses = (status, code, more = {}) => saysUnsigned(status, { code, message: '说明', ...more })

/** Takes the request and never answers. */
export const silence = { silent: true }
/** Ends the connection instead of an answer. */
export const hangUp = { hangsUp: true }

/**
 * Starts one. `answer` is called for each request, or is the list of answers in their order, the last for all that come
 * after it. Every request that is not signed by the merchant is answered 401.
 */
export async function merchantApi(answer) {
  const requests = []
  const choose = typeof answer === 'function' ? answer : () => [answer].flat()[Math.min(requests.length, [answer].flat().length) - 1]
  const server = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const { method, url, headers } = request
    const received = { method, url, headers, body: Buffer.concat(chunks).toString() }
    received.authorization = authorizationOf(received)
    requests.push(received)
    const { status, headers: sent, body, silent, hangsUp, cutAt, stallsAt } = isSigned(received)
      ? await choose(received)
      : refuses(401, 'SIGN_ERROR')
    if (silent) return
    if (hangsUp) return request.socket.destroy()
    response.writeHead(status, sent)
    if (stallsAt !== undefined) return response.write(body.subarray(0, stallsAt))
    if (cutAt === undefined) return response.end(body)
    response.write(body.subarray(0, cutAt), () => request.socket.destroy())
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  }
  after(close)
  return { origin: `http://127.0.0.1:${server.address().port}`, requests, close }
}

function authorizationOf({ headers }) {
  return Object.fromEntries([...(headers.authorization ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]))
}

function isSigned({ method, url, body, authorization }) {
  const { timestamp, nonce_str: nonce, signature = '' } = authorization
  const message = `${method}\n${url}\n${timestamp}\n${nonce}\n${body}\n`
  return verify('sha256', Buffer.from(message), merchantKey, Buffer.from(signature, 'base64'))
}
