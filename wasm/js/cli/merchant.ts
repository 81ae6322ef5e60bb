import { X509Certificate } from 'node:crypto'

import { Merchant } from 'wechatpay-wasm'

import { type Given, needed } from './options.js'

/** The merchant of the options. */
export function merchantOf(given: Given): Merchant {
  needed(given, ['mchid', 'privateKey', 'apiV3Key'])
  return new Merchant({
    mchid: given.mchid as string,
    serialNo: serialNoOf(given) ?? '',
    privateKey: given.privateKey as string,
    apiV3Key: given.apiV3Key as string,
    platformKeys: given.platformKeys,
  })
}

export function serialNoOf({ serialNo, certificate }: Given): string | undefined {
  return serialNo ?? certificateOf(certificate)?.serialNumber
}

/** Undefined for none, and for one that cannot be read. */
export function certificateOf(pem: string | undefined): X509Certificate | undefined {
  try {
    return pem === undefined ? undefined : new X509Certificate(pem.replaceAll('\\n', '\n'))
  } catch {
    return undefined
  }
}
