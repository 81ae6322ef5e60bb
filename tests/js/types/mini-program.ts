// Compiled, never run: what a TypeScript project may write, and what it must not be able to.
import {
  type EncryptedDataMessage,
  MessagePush,
  MiniProgram,
  type OpenedResponse,
  type PayEvent,
  type PhoneNumber,
  type PushMessage,
  type Session,
  type UserInfo,
  WechatApiError,
} from 'wechatpay-wasm'

declare const query: URLSearchParams
declare const parsedQuery: { [name: string]: string | string[] | undefined }
declare const nodeHeaders: import('node:http').IncomingHttpHeaders

using program = new MiniProgram({
  appid: 'wx',
  appSecret: process.env.APP_SECRET,
  appKeys: { live: 'a', sandbox: undefined },
  secureApi: {
    key: { sn: 'ff', key: '' },
    privateKey: Buffer.from(''),
    certificates: [{ sn: 'ff', certificate: '' }],
  },
})
const url: string = program.code2SessionUrl('code', { backup: true })
const { openid, unionid, sessionKey }: Session = program.readSession(Buffer.from(''))
const union: string | undefined = unionid
const message: EncryptedDataMessage = { sessionKey, encryptedData: '', iv: '', tolerance: 60, now: new Date() }
const phone = program.openEncryptedData<PhoneNumber>(message)
const number: string = phone.purePhoneNumber + phone.watermark.timestamp
const name: string = program.verifyRawData<UserInfo>({ sessionKey, rawData: '', signature: '' }).nickName
const { signature, sig_method } = program.userSignature({ sessionKey })
const method: 'hmac_sha256' = sig_method
const event: PayEvent<{ OutTradeNo: string }> = program.openPayEvent({ event: '', payload: '', payEventSig: '' })
const sealed: RequestInit = program.sealRequest({ url: new URL('https://x/'), data: { openid } })
const opened: OpenedResponse<{ risk_rank: number }> = program.openResponse({ url, headers: nodeHeaders, body: '' })
const refusal: WechatApiError | undefined = WechatApiError.parse('{}')
const later: boolean | undefined = refusal?.retryable

const push = new MessagePush({ appid: 'wx', token: 'abc', encodingAESKey: process.env.AES_KEY, tolerance: 300 })
const echo: string = push.verifyUrl({ query })
const pushed: PushMessage<{ Event: string }> = push.openMessage({ query: parsedQuery, body: new Uint8Array() })
const plain: unknown = push.openPlainMessage({ query: '?a=1', body: '' }).unauthenticatedMessage
const reply: string = push.sealReply({ message: { a: 1 }, format: pushed.format, nonce: '1' })

// @ts-expect-error an appid there has to be
new MiniProgram({ appSecret: '' })
// @ts-expect-error a text that is signed is a text
program.virtualPaymentCall({ uri: '/xpay/x', postBody: { env: 0 } })
// @ts-expect-error the other mode has another name
program.requestVirtualPayment({ sessionKey, mode: 'goods', signData: '' })
// @ts-expect-error what nothing signs does not go by the name of what is
push.openPlainMessage({ query, body: '' }).message
// @ts-expect-error nobody else makes such an error
new WechatApiError({ errcode: 1 })

export { echo, event, later, method, name, number, opened, plain, reply, sealed, signature, union }
