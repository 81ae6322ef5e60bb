import type * as declared from '../types/index.js'
import { WechatPayApiError } from './api-error.js'
import { clock, fileBytes, flag, href, members, optionalText, seconds, text } from './arguments.js'
import { decoded, parsed, receivedBody, sentBody } from './body.js'
import { Credentials, platformKey } from './credentials.js'
import { DownloadDigest } from './download-digest.js'
import { invalidArgument } from './errors.js'
import { responseSignature } from './files.js'
import { header, securityHeaders } from './headers.js'
import { withHostKeys } from './host.js'
import { type Bindings, enter, retire } from './instance.js'
import { randomNonce, requireRandomness } from './random.js'
import { TOOLS, type Tools } from './tools.js'
import { USER_AGENT } from './version.js'

/** The methods that use the private key: with a signer they give promises. */
type Signed =
  | 'authorize'
  | 'authorizeUpload'
  | 'requestPayment'
  | 'appPayment'
  | 'decryptSensitive'
  | 'signMessage'
type Eventually<T> = T | Promise<T>

type Handle = InstanceType<Bindings['MerchantHandle']>
type Two = [string, string]
type Four = [string, string, string, string]

const APP_PAYMENT = ['appid', 'partnerid', 'prepayid', 'package', 'noncestr', 'timestamp', 'sign'] as const

class Merchant implements Omit<declared.Merchant, Signed> {
  readonly mchid: string | undefined
  readonly brandId: string | undefined
  readonly serialNo: string
  declare [Symbol.dispose]: () => void
  #credentials: Credentials | undefined
  /** The parsed keys, and the instance of the module they live in. */
  #handle: Handle | undefined
  #epoch = 0

  constructor(options: declared.MerchantOptions | declared.ExternalMerchantOptions) {
    this.#credentials = new Credentials(options)
    this.mchid = this.#credentials.mchid
    this.brandId = this.#credentials.brandId
    try {
      this.serialNo = this.#use((handle) => handle.serialNo())
    } catch (error) {
      this.#credentials.wipe()
      throw error
    }
  }

  authorize(request: declared.AuthorizeRequest): Eventually<declared.Authorization> {
    const names = ['method', 'url', 'body', 'wechatpaySerial', 'timestamp', 'nonceStr'] as const
    const given = members(request, 'authorize', names)
    const method = text(given.method, 'method')
    const url = href(given.url)
    const body = sentBody(given.body)
    return after(this.#sign(method, url, body, given), (signed) => {
      if (body.length > 0) signed.headers['Content-Type'] = 'application/json'
      return signed
    })
  }

  authorizeUpload(request: declared.AuthorizeUploadRequest): Eventually<declared.UploadAuthorization> {
    const names = ['url', 'filename', 'file', 'wechatpaySerial', 'timestamp', 'nonceStr'] as const
    const given = members(request, 'authorizeUpload', names)
    const url = href(given.url)
    const filename = text(given.filename, 'filename')
    const file = fileBytes(given.file, 'file')
    const meta = enter((module) => module.mediaMeta(filename, file))
    const signed = this.#sign('POST', url, new TextEncoder().encode(meta), given)
    return after(signed, (authorization) => ({ ...authorization, meta }))
  }

  requestPayment(request: declared.RequestPaymentRequest): Eventually<declared.RequestPaymentParams> {
    const given = members(request, 'requestPayment', ['appid', 'prepayId', 'timestamp', 'nonceStr'])
    const appid = text(given.appid, 'appid')
    const prepayId = text(given.prepayId, 'prepayId')
    const { timestamp, nonceStr } = freshness(given)
    return this.#signed(
      (handle, signature) => handle.requestPayment(appid, prepayId, timestamp, nonceStr, signature),
      ([timeStamp, nonce, prepay, signType, paySign]) =>
        ({ timeStamp, nonceStr: nonce, package: prepay, signType, paySign }) as declared.RequestPaymentParams,
    )
  }

  appPayment(request: declared.AppPaymentRequest): Eventually<declared.AppPaymentParams> {
    const names = ['appid', 'prepayId', 'partnerid', 'timestamp', 'nonceStr'] as const
    const given = members(request, 'appPayment', names)
    const appid = text(given.appid, 'appid')
    const prepayId = text(given.prepayId, 'prepayId')
    const partnerid = optionalText(given.partnerid, 'partnerid') ?? text(this.mchid, 'partnerid')
    const { timestamp, nonceStr } = freshness(given)
    return this.#signed(
      (handle, signature) => handle.appPayment(appid, partnerid, prepayId, timestamp, nonceStr, signature),
      (signed) =>
        Object.fromEntries(APP_PAYMENT.map((name, at) => [name, signed[at]])) as unknown as declared.AppPaymentParams,
    )
  }

  openNotification<Resource = unknown>(message: declared.ReceivedMessage): declared.Notification<Resource> {
    const { headers, body, now } = received(message, 'openNotification')
    const packed = this.#use((handle) => handle.openNotification(headers, body, now))
    const [id, createTime, eventType, resourceType, summary, originalType, json] = unpacked(packed)
    const resource = parsed(json as string, 'decrypted resource')
    const opened = { id, createTime, eventType, resourceType, summary, resource } as declared.Notification<Resource>
    return originalType === undefined ? opened : { ...opened, originalType }
  }

  verifyResponse<Answer = unknown>(message: declared.ReceivedMessage): Answer {
    const { headers, body, now } = received(message, 'verifyResponse')
    this.#use((handle) => handle.verifyResponse(headers, body, now))
    if (body.length === 0) return undefined as Answer
    return parsed(decoded(body, 'response body'), 'response body') as Answer
  }

  openCertificates(message: declared.CertificatesMessage): declared.PlatformCertificate[] {
    const { headers, body, now } = received(message, 'openCertificates', ['first'])
    const first = flag((message as { first?: unknown }).first, 'first')
    const parts = this.#use((handle) => handle.openCertificates(headers, body, now, first))
    const certificates: declared.PlatformCertificate[] = []
    for (let at = 0; at < parts.length; at += 4) {
      const [serial, certificate, effectiveTime, expireTime] = parts.slice(at, at + 4) as Four
      certificates.push({ serial, certificate, effectiveTime, expireTime })
    }
    return certificates
  }

  addPlatformKey(key: declared.PlatformKey): void {
    const added = platformKey(key, 'addPlatformKey')
    const isNew = this.#use((handle) => handle.addPlatformKey(added.serial, added.key))
    if (isNew) this.#credentials?.addPlatformKey(added)
  }

  verifyStatement(message: declared.StatementMessage): void {
    const given = members(message, 'verifyStatement', ['headers', 'file', 'now'])
    const headers = securityHeaders(given.headers)
    const digest = header(given.headers, 'Wechatpay-Statement-Sha1')
    const file = fileBytes(given.file, 'file')
    const now = clock(given.now, 'now')
    this.#use((handle) => handle.verifyStatement(headers, digest, file, now))
  }

  encryptSensitive(plaintext: string, options: { now?: number | Date } = {}): declared.EncryptedSensitive {
    const given = members(options, 'encryptSensitive', ['now'])
    const value = text(plaintext, 'plaintext')
    const now = clock(given.now, 'now')
    requireRandomness()
    const [ciphertext, serial] = this.#use((handle) => handle.encryptSensitive(value, now) as Two)
    return { ciphertext, serial }
  }

  decryptSensitive(ciphertext: string): Eventually<string> {
    const value = text(ciphertext, 'ciphertext')
    const signer = this.#credentials?.signer
    if (signer !== undefined) return signer.decrypt(value)
    requireRandomness()
    return this.#use((handle) => handle.decryptSensitive(value))
  }

  signMessage(message: string | Uint8Array | ArrayBuffer): Eventually<string> {
    const bytes = this.#kept(sentBody(message ?? text(message, 'message')))
    requireRandomness()
    return this.#signed(
      (handle, signature) => handle.signMessage(bytes, signature),
      ([signed]) => signed as string,
    )
  }

  verifyMessage(signed: declared.SignedMessage): void {
    const given = members(signed, 'verifyMessage', ['serial', 'message', 'signature'])
    const serial = text(given.serial, 'serial')
    const signature = text(given.signature, 'signature')
    const message = receivedBody(given.message)
    this.#use((handle) => handle.verifyMessage(serial, message, signature))
  }

  free(): void {
    if (this.#credentials === undefined) return
    this.#credentials.wipe()
    this.#credentials = undefined
    this.#handle = undefined
    retire()
  }

  #sign(
    method: string,
    url: string,
    body: Uint8Array,
    given: { wechatpaySerial: unknown; timestamp: unknown; nonceStr: unknown },
  ): Eventually<declared.Authorization> {
    const { timestamp, nonceStr } = freshness(given)
    const bytes = this.#kept(body)
    const chosen = optionalText(given.wechatpaySerial, 'wechatpaySerial')
    const serial = chosen ?? this.#use((handle) => handle.answerSerial(timestamp))
    return this.#signed(
      (handle, signature) => handle.authorize(method, url, bytes, timestamp, nonceStr, signature),
      ([authorization, message]) => {
        const headers: Record<string, string> = {
          Authorization: authorization as string,
          Accept: 'application/json',
          'User-Agent': USER_AGENT,
        }
        if (serial !== undefined) headers['Wechatpay-Serial'] = serial
        return { authorization, headers, message, timestamp, nonceStr } as declared.Authorization
      },
    )
  }

  /** The caller may write to the bytes while a signer works. */
  #kept(bytes: Uint8Array): Uint8Array {
    return this.#credentials?.signer === undefined ? bytes : bytes.slice()
  }

  /**
   * What is signed at once, or with a signer later: the first call gives the message, the second takes its signature.
   * `result` makes the texts that come back into what the caller gets.
   */
  #signed<T>(
    work: (handle: Handle, signature: Uint8Array | undefined) => Uint8Array | string[],
    result: (texts: string[]) => T,
  ): Eventually<T> {
    const signer = this.#credentials?.signer
    const made = this.#use((handle) => work(handle, undefined))
    if (signer === undefined) return result(made as string[])
    return signer
      .sign(made as Uint8Array)
      .then((signature) => result(this.#use((handle) => work(handle, signature)) as string[]))
  }

  #use<T>(work: (handle: Handle) => T): T {
    const credentials = this.#credentials
    if (credentials === undefined) {
      throw invalidArgument('this Merchant was freed and its keys are wiped; make a new one')
    }
    return withHostKeys(credentials.hostKeys, () =>
      enter((module, epoch) => {
        if (this.#handle === undefined || this.#epoch !== epoch) {
          this.#handle = credentials.parse(module)
          this.#epoch = epoch
        }
        return work(this.#handle)
      }),
    )
  }

  static {
    const tools: Tools = { responseSignature, DownloadDigest, parseApiError: WechatPayApiError.parse }
    // A Proxy of a merchant has none of what is private in it, and is refused where it is given.
    Object.defineProperty(this.prototype, TOOLS, {
      get(this: Merchant) {
        return #epoch in this ? tools : undefined
      },
    })
    // Not every runtime has the symbol yet.
    if (Symbol.dispose) {
      const value = this.prototype.free
      Object.defineProperty(this.prototype, Symbol.dispose, { value, configurable: true, writable: true })
    }
  }
}

/** By its declaration it gives no promises with a private key, and nothing else with a signer. */
const Declared = Merchant as unknown as declared.MerchantConstructor
export { Declared as Merchant, Merchant as MerchantImplementation }

function after<T, R>(value: Eventually<T>, next: (value: T) => R): Eventually<R> {
  return value instanceof Promise ? value.then(next) : next(value)
}

function freshness(given: { timestamp: unknown; nonceStr: unknown }): { timestamp: number; nonceStr: string } {
  const timestamp = seconds(given.timestamp, 'timestamp')
  const nonceStr = optionalText(given.nonceStr, 'nonceStr')
  if (nonceStr === undefined) return { timestamp, nonceStr: randomNonce() }
  requireRandomness()
  return { timestamp, nonceStr }
}

function received(
  message: unknown,
  method: string,
  more: readonly string[] = [],
): { headers: string; body: Uint8Array; now: number } {
  const given = members(message, method, ['headers', 'body', 'now', ...more])
  return {
    headers: securityHeaders(given.headers),
    body: receivedBody(given.body),
    now: clock(given.now, 'now'),
  }
}

/** Texts that came in one, as `packed` in wasm/src/packed.rs writes it. */
function unpacked(packed: string): (string | undefined)[] {
  const end = packed.indexOf(';')
  let at = end + 1
  const texts = packed
    .slice(0, end)
    .split(',')
    .map((length) => (length === '' ? undefined : packed.slice(at, (at += Number(length)))))
  return [...texts, packed.slice(at)]
}
