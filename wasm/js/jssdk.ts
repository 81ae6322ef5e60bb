import type * as declared from '../types/index.js'
import { keyBytes, members, optionalText, seconds, text } from './arguments.js'
import { enter } from './extras-instance.js'
import { randomNonce } from './random.js'

export function wxConfig(request: declared.WxConfigRequest): declared.WxConfigParams {
  const given = members(request, 'wxConfig', ['appid', 'url', 'jsapiTicket', 'timestamp', 'nonceStr'])
  const appid = text(given.appid, 'appid')
  const url = text(given.url, 'url')
  const timestamp = seconds(given.timestamp, 'timestamp')
  const nonceStr = optionalText(given.nonceStr, 'nonceStr') ?? randomNonce()
  const ticket = keyBytes(given.jsapiTicket, 'jsapiTicket')
  try {
    return enter((module) => module.wxConfig(appid, url, ticket, timestamp, nonceStr))
  } finally {
    ticket.fill(0)
  }
}

export function requestMerchantTransfer(
  request: declared.MerchantTransferRequest,
): declared.MerchantTransferInvocation {
  const names = ['mchid', 'appid', 'package', 'subMchid', 'subAppid', 'openid'] as const
  const given = members(request, 'requestMerchantTransfer', names)
  const mchid = text(given.mchid, 'mchid')
  const appid = text(given.appid, 'appid')
  const packageText = text(given.package, 'package')
  const subMchid = optionalText(given.subMchid, 'subMchid')
  const subAppid = optionalText(given.subAppid, 'subAppid')
  const openid = optionalText(given.openid, 'openid')
  return enter((module) => module.requestMerchantTransfer(mchid, appid, packageText, subMchid, subAppid, openid))
}
