import type * as declared from '../types/index.js'
import { clock, flag, href, items, keyBytes, kind, members, reading, seconds, text, tolerance } from './arguments.js'
import { parsed, receivedBody, sentBody } from './body.js'
import { invalidArgument } from './errors.js'
import { wechatmpHeaders } from './headers.js'
import { type Bindings, enter } from './extras-instance.js'
import { HostKeys } from './host.js'
import { requireRandomness } from './random.js'
import { Secrets } from './secrets.js'
import { type Refusal, wechatApiError } from './wechat-api-error.js'

type Keys = Record<string, Uint8Array | undefined>
type SecureApi = InstanceType<Bindings['SecureApiHandle']>

export class MiniProgram implements declared.MiniProgram {
  readonly appid: string;
  declare [Symbol.dispose]: () => void
  readonly #secrets: Secrets<InstanceType<Bindings['MiniProgramHandle']>>
  readonly #secureApi: Secrets<SecureApi> | undefined

  constructor(options: declared.MiniProgramOptions) {
    const given = members(options, 'new MiniProgram', ['appid', 'appSecret', 'appKeys', 'secureApi'])
    const appid = appidText(given.appid)
    const { live, sandbox } = members(given.appKeys ?? {}, 'appKeys', ['live', 'sandbox'])
    const keys = {
      appSecret: secret(given.appSecret, 'appSecret'),
      live: secret(live, 'appKeys.live'),
      sandbox: secret(sandbox, 'appKeys.sandbox'),
    }
    this.appid = appid
    this.#secrets = new Secrets('MiniProgram', keys, (module) => {
      return new module.MiniProgramHandle(appid, keys.appSecret, keys.live, keys.sandbox)
    })
    if (given.secureApi !== undefined) this.#secureApi = secureApi(appid, given.secureApi)
  }

  code2SessionUrl(jsCode: string, options: { backup?: boolean | undefined } = {}): string {
    const code = text(jsCode, 'jsCode')
    const backup = flag(members(options, 'code2SessionUrl', ['backup']).backup, 'backup')
    const url = this.#secrets.use((handle) => handle.code2SessionUrl(code, backup))
    if (url !== undefined) return url
    throw invalidArgument('code2SessionUrl needs the appSecret; give it to new MiniProgram')
  }

  readSession(body: declared.RawBody): declared.Session {
    const bytes = receivedBody(body)
    const answer = enter((module) => module.parseSession(bytes)) as
      { session: declared.Session; refusal?: undefined } | { session?: undefined; refusal: Refusal }
    if (answer.refusal !== undefined) throw wechatApiError(answer.refusal)
    return answer.session
  }

  verifyRawData<Data = unknown>(message: declared.RawDataMessage): Data {
    const given = members(message, 'verifyRawData', ['sessionKey', 'rawData', 'signature'])
    const sessionKey = sessionKeyBytes(given.sessionKey)
    const rawData = text(given.rawData, 'rawData')
    const signature = text(given.signature, 'signature')
    this.#secrets.use((_, module) => module.verifyRawData(sessionKey, rawData, signature))
    return parsed(rawData, 'rawData') as Data
  }

  openEncryptedData<Data = unknown>(message: declared.EncryptedDataMessage): Data & { watermark: declared.Watermark } {
    const names = ['sessionKey', 'encryptedData', 'iv', 'tolerance', 'now'] as const
    const given = members(message, 'openEncryptedData', names)
    const sessionKey = sessionKeyBytes(given.sessionKey)
    const encryptedData = text(given.encryptedData, 'encryptedData')
    const iv = text(given.iv, 'iv')
    const window = optionalTolerance(given.tolerance)
    const now = clock(given.now, 'now')
    const json = this.#secrets.use((handle) => handle.openEncryptedData(sessionKey, encryptedData, iv, now, window))
    return parsed(json, 'decrypted user data') as Data & { watermark: declared.Watermark }
  }

  userSignature(request: declared.UserSignatureRequest): declared.UserSignature {
    const given = members(request, 'userSignature', ['sessionKey', 'postData'])
    const sessionKey = sessionKeyBytes(given.sessionKey)
    const postData = sentBody(given.postData)
    const signature = this.#secrets.use((_, module) => module.userSignature(sessionKey, postData))
    return { signature, sig_method: 'hmac_sha256' }
  }

  requestVirtualPayment(request: declared.VirtualPaymentRequest): declared.VirtualPaymentParams {
    const given = members(request, 'requestVirtualPayment', ['sessionKey', 'mode', 'signData'])
    const sessionKey = sessionKeyBytes(given.sessionKey)
    const mode = text(given.mode, 'mode')
    const signData = verbatim(given.signData, 'signData')
    return this.#secrets.use((handle) => handle.requestVirtualPayment(mode, signData, sessionKey))
  }

  virtualPaymentCall(request: declared.VirtualPaymentCallRequest): declared.VirtualPaymentCall {
    const given = members(request, 'virtualPaymentCall', ['uri', 'postBody', 'sessionKey'])
    const uri = text(given.uri, 'uri')
    const postBody = verbatim(given.postBody, 'postBody')
    const sessionKey = given.sessionKey === undefined ? undefined : sessionKeyBytes(given.sessionKey)
    const { paySig, signature } = this.#secrets.use((handle) =>
      handle.virtualPaymentCall(uri, postBody, sessionKey),
    ) as { paySig: string; signature?: string }
    return signature === undefined ? { pay_sig: paySig } : { pay_sig: paySig, signature }
  }

  openPayEvent<Payload = unknown>(message: declared.PayEventMessage): declared.PayEvent<Payload> {
    const given = members(message, 'openPayEvent', ['event', 'payload', 'payEventSig'])
    const event = text(given.event, 'event')
    const payload = verbatim(given.payload, 'payload')
    const signature = text(given.payEventSig, 'payEventSig')
    const env = this.#secrets.use((handle) => handle.verifyPayEvent(event, payload, signature)) as 0 | 1
    return { env, payload: parsed(payload, 'payload') as Payload }
  }

  sealRequest(request: declared.SecureRequest): declared.SealedRequest {
    const given = members(request, 'sealRequest', ['url', 'data', 'timestamp'])
    const url = href(given.url)
    const data = jsonText(given.data, 'data')
    const timestamp = seconds(given.timestamp, 'timestamp')
    requireRandomness()
    const sealed = this.#api('sealRequest').use((handle) => handle.seal(url, data, timestamp)) as {
      headers: [string, string][]
      body: string
    }
    return { headers: { ...Object.fromEntries(sealed.headers), 'Content-Type': 'application/json' }, body: sealed.body }
  }

  openResponse<Data = unknown>(response: declared.SecureResponse): declared.OpenedResponse<Data> {
    const given = members(response, 'openResponse', ['url', 'headers', 'body', 'now'])
    const url = href(given.url)
    const headers = wechatmpHeaders(given.headers)
    const body = receivedBody(given.body)
    const now = clock(given.now, 'now')
    const opened = this.#api('openResponse').use((handle) => handle.open(url, headers, body, now)) as {
      json: string
      certificateDeprecated: boolean
    }
    // What protected the answer is no part of it.
    const { _n, _appid, _timestamp, ...data } = parsed(opened.json, 'decrypted response') as Record<string, unknown>
    return { data: data as Data, certificateDeprecated: opened.certificateDeprecated }
  }

  free(): void {
    this.#secureApi?.free()
    this.#secrets.free()
  }

  #api(method: string): Secrets<SecureApi> {
    if (this.#secureApi !== undefined) return this.#secureApi
    throw invalidArgument(`${method} needs the keys of the server API; give them to new MiniProgram as secureApi`)
  }

  static {
    if (Symbol.dispose) {
      const value = this.prototype.free
      Object.defineProperty(this.prototype, Symbol.dispose, { value, configurable: true, writable: true })
    }
  }
}

function secureApi(appid: string, options: unknown): Secrets<SecureApi> {
  const given = members(options, 'secureApi', ['key', 'privateKey', 'certificates', 'tolerance', 'engine'])
  const { sn, key } = members(given.key, 'secureApi.key', ['sn', 'key'])
  const number = text(sn, 'secureApi.key.sn')
  const listed = items(given.certificates, 'secureApi.certificates', '{ sn, certificate } objects')
  const certificates = listed.map((entry, at) => {
    const place = `secureApi.certificates[${at}]`
    const { sn, certificate } = members(entry, place, ['sn', 'certificate'])
    return { sn: text(sn, `${place}.sn`), certificate: keyBytes(certificate, `${place}.certificate`) }
  })
  const window = tolerance(given.tolerance)
  const hostKeys = HostKeys.for(given.engine)
  const keys: Keys = {
    key: keyBytes(text(key, 'secureApi.key.key'), 'secureApi.key.key'),
    privateKey: keyBytes(given.privateKey, 'secureApi.privateKey'),
  }
  const parse = (module: Bindings, keys: Keys): SecureApi => {
    const { key, privateKey } = keys as Record<'key' | 'privateKey', Uint8Array>
    const handle = new module.SecureApiHandle(appid, number, key, privateKey, window, hostKeys !== undefined)
    for (const { sn, certificate } of certificates) handle.addCertificate(sn, certificate)
    return handle
  }
  return new Secrets('MiniProgram', keys, parse, hostKeys)
}

/** An appid stands in lines and between bars of what is signed. */
export function appidText(value: unknown): string {
  const appid = text(value, 'appid')
  if (/^[!-{}~]{1,32}$/.test(appid)) return appid
  throw invalidArgument('appid must be the appid of the mini program, such as wx8888888888888888')
}

export function secret(value: unknown, name: string): Uint8Array | undefined {
  return value === undefined ? undefined : keyBytes(text(value, name), name)
}

/** As it is checked, but not looked at when it is absent. */
export function optionalTolerance(value: unknown): number | undefined {
  return value === undefined ? undefined : tolerance(value)
}

function sessionKeyBytes(value: unknown): Uint8Array {
  return keyBytes(text(value, 'sessionKey'), 'sessionKey')
}

/** A text that is signed as it is; an object would be written anew by whoever sends it. */
function verbatim(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  throw invalidArgument(
    `${name} must be the very JSON text that is sent, a string; got ${kind(value)}. Stringify once, sign and send that`,
  )
}

export function jsonText(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  const json = reading(name, () => (typeof value === 'object' && value !== null ? JSON.stringify(value) : undefined))
  if (json !== undefined) return json
  throw invalidArgument(`${name} must be an object or its JSON text; got ${kind(value)}`)
}
