import type * as declared from '../types/index.js'
import { clock, keyBytes, members, text, tolerance } from './arguments.js'
import { receivedBody, sentBody } from './body.js'
import { platformKeyList, platformKeys } from './credentials.js'
import { everyHeader } from './headers.js'
import { enter } from './extras-instance.js'

export function explainNotification(captured: declared.CapturedNotification): declared.Explanation[] {
  const given = members(captured, 'explainNotification', [
    'headers',
    'body',
    'platformKeys',
    'merchantCertificate',
    'apiV3Key',
    'apiV2Key',
    'now',
    'tolerance',
  ])
  const headers = everyHeader(given.headers)
  const body = receivedBody(given.body)
  const keys = platformKeys(given.platformKeys)
  const [merchantCertificate, apiV3Key, apiV2Key] = (['merchantCertificate', 'apiV3Key', 'apiV2Key'] as const).map(
    (name) => (given[name] === undefined ? undefined : keyBytes(given[name], name)),
  )
  const now = clock(given.now, 'now')
  const window = tolerance(given.tolerance)
  return enter((module) => {
    const list = platformKeyList(module, keys)
    return module.explainDelivery(headers, body, list, merchantCertificate, apiV3Key, apiV2Key, now, window)
  })
}

export function explainRequest(captured: declared.CapturedRequest): declared.Explanation[] {
  const given = members(captured, 'explainRequest', [
    'method',
    'url',
    'body',
    'authorization',
    'merchantCertificate',
    'serialNo',
    'answer',
    'now',
  ])
  const method = text(given.method, 'method')
  const url = text(given.url, 'url')
  const body = sentBody(given.body)
  const authorization = text(given.authorization, 'authorization')
  const certificate = keyBytes(given.merchantCertificate, 'merchantCertificate')
  const serialNo = given.serialNo === undefined ? '00' : text(given.serialNo, 'serialNo')
  const answer = given.answer === undefined ? undefined : receivedBody(given.answer)
  const now = clock(given.now, 'now')
  return enter((module) =>
    module.explainRequest(method, url, body, authorization, certificate, serialNo, answer, now),
  )
}
