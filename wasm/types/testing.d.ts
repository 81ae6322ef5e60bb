/**
 * Makes notifications and answers as WeChat Pay does, valid ones and ones broken in exactly one way, to test the own
 * handlers with. WeChat Pay has no sandbox for API v3.
 *
 * @module wechatpay-wasm/testing
 */

import type { RawBody } from './merchant.js'
import type { WechatPayErrorCode } from './errors.js'

export interface TestPlatformOptions {
  /** What the key goes by: a `PUB_KEY_ID_…`, or a serial number in hex. */
  serial: string
  /**
   * A private key made for the test, PEM or DER. With `wechatpay-wasm/shangmi` an SM2 key, such as
   * `openssl genpkey -algorithm SM2` makes, gives a platform of 国密: SM2 signatures, resources in AEAD_SM4_GCM.
   */
  privateKey: string | Uint8Array
  /** Its public half, PEM. */
  publicKey: string
  /** Signs as a brand (品牌) receives it: by `WECHATPAY-BRAND-SHA256-RSA2048`. @default false */
  brand?: boolean | undefined
}

export interface NotificationContent {
  /** The APIv3 key of the merchant under test. */
  apiV3Key: string | Uint8Array
  /** The resource before encryption, an object or JSON text. */
  resource: unknown
  /** @default a random one */
  id?: string | undefined
  /** RFC 3339. @default now */
  createTime?: string | undefined
  /** @default `TRANSACTION.SUCCESS` */
  eventType?: string | undefined
  /** @default `transaction` */
  originalType?: string | undefined
  summary?: string | undefined
  /** The clock of the sender. @default now */
  now?: number | Date | undefined
  /** What is wrong with it, by the name of one of `TestPlatform.faults`. @default nothing */
  fault?: string | undefined
}

export interface ResponseContent {
  body?: RawBody | undefined
  /** The clock of the sender. @default now */
  now?: number | Date | undefined
  /**
   * What is wrong with it. Those that only a notification can have throw `ERR_ARGUMENT_INVALID`: `bodyNotJson`,
   * `bodyReserialised`, `ciphertextAltered`, `resourceAlgorithm`, `resourceNonceLength`, `tagAltered`. @default nothing
   */
  fault?: string | undefined
}

/** As an HTTP server would receive it. */
export interface Delivery {
  headers: Record<string, string>
  body: string
}

export interface Fault {
  /** Such as `tagAltered`. */
  name: string
  /** The code of the error that it must end in. */
  code: WechatPayErrorCode
}

/** A WeChat Pay of one's own, with a throw-away key. */
export declare class TestPlatform {
  /** A platform with a fresh RSA key. */
  static generate(serial?: string, options?: { brand?: boolean | undefined }): Promise<TestPlatform>
  /** Every fault of a notification. */
  static readonly faults: Fault[]
  constructor(options: TestPlatformOptions)
  readonly serial: string
  /** PEM. */
  readonly publicKey: string
  /** For the `platformKeys` of the merchant under test. */
  readonly platformKey: { serial: string; key: string }
  notification(content: NotificationContent): Delivery
  response(content: ResponseContent): Delivery
}
