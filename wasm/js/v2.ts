import type * as declared from '../types/index.js'
import { flag, keyBytes, kind, members, optionalText } from './arguments.js'
import { invalidArgument } from './errors.js'
import { enter } from './extras-instance.js'
import { flat, receivedXml } from './v2-fields.js'

export { MerchantV2 } from './merchant-v2.js'

export function stringA(fields: declared.GivenFieldsV2): string {
  const given = flat(fields, 'fields')
  return enter((module) => module.stringA(given))
}

export function refusalV2(body: string | Uint8Array | ArrayBuffer): declared.RefusalV2 | undefined {
  const xml = receivedXml(body)
  return enter((module) => module.refusal(xml))
}

export function answerV2(answer: declared.AnswerV2 = {}): string {
  const given = members(answer, 'answerV2', ['fail', 'event'])
  const remark = optionalText(given.fail, 'fail')
  const isEvent = flag(given.event, 'event')
  return enter((module) => module.notificationAnswer(remark, isEvent))
}

export function workwxSign(request: declared.WorkwxSignRequest): string {
  const given = members(request, 'workwxSign', ['api', 'fields', 'secret'])
  if (given.api !== 'redPacket' && given.api !== 'transfer') {
    throw invalidArgument(`api must be 'redPacket' or 'transfer'; got ${kind(given.api)}`)
  }
  const isTransfer = given.api === 'transfer'
  const fields = flat(given.fields, 'fields')
  const secret = keyBytes(given.secret, 'secret')
  try {
    return enter((module) => module.workwxSign(isTransfer, fields, secret))
  } finally {
    secret.fill(0)
  }
}
