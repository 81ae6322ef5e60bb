import type * as declared from '../types/index.js'
import { keyBytes, members, optionalText, seconds, text } from './arguments.js'
import type { Bindings } from './extras-instance.js'
import { randomNonce } from './random.js'
import { Secrets } from './secrets.js'
import { couponList } from './v2-coupons.js'
import { flat, receivedXml, signType, unflattened } from './v2-fields.js'
import { USER_AGENT } from './version.js'

type Handle = InstanceType<Bindings['MerchantV2Handle']>
type Flat = { fields: string[] }

export class MerchantV2 implements declared.MerchantV2 {
  readonly mchid: string
  readonly signType: declared.SignTypeV2 | undefined
  declare [Symbol.dispose]: () => void
  readonly #secrets: Secrets<Handle>

  constructor(options: declared.MerchantV2Options) {
    const given = members(options, 'new MerchantV2', ['mchid', 'apiKey', 'apiV3Key', 'signType'])
    this.mchid = text(given.mchid, 'mchid')
    this.signType = signType(given.signType, 'signType')
    const keys = {
      apiKey: keyBytes(given.apiKey, 'apiKey'),
      apiV3Key: given.apiV3Key === undefined ? undefined : keyBytes(given.apiV3Key, 'apiV3Key'),
    }
    this.#secrets = new Secrets('MerchantV2', keys, (module) => new module.MerchantV2Handle(keys.apiKey, keys.apiV3Key))
  }

  signRequest(request: declared.SignRequestV2): declared.SignedRequestV2 {
    const given = members(request, 'signRequest', ['fields', 'signType', 'nonceStr'])
    const type = this.#signType(given)
    const fields = flat(given.fields, 'fields')
    const isNamed = fields.some((entry, at) => at % 2 === 0 && entry === 'nonce_str')
    if (given.nonceStr !== null && !isNamed) {
      fields.push('nonce_str', optionalText(given.nonceStr, 'nonceStr') ?? randomNonce())
    }
    const signed = this.#secrets.use((handle) => handle.signRequest(fields, type) as Flat & { body: string })
    return {
      body: signed.body,
      headers: { 'Content-Type': 'text/xml; charset=utf-8', 'User-Agent': USER_AGENT },
      fields: unflattened(signed.fields),
    }
  }

  verifyResponse(message: declared.ResponseMessageV2): declared.VerifiedV2 {
    const given = members(message, 'verifyResponse', ['body', 'signType', 'path'])
    const body = receivedXml(given.body)
    const pinned = this.#pinned(given)
    const path = optionalText(given.path, 'path')
    return verified(this.#secrets.use((handle) => handle.verifyResponse(body, pinned, path) as VerifiedFlat))
  }

  openNotification(message: declared.NotificationMessageV2): declared.VerifiedV2 {
    const { body, pinned } = this.#received(message, 'openNotification')
    return verified(this.#secrets.use((handle) => handle.openNotification(body, pinned) as VerifiedFlat))
  }

  openPayment(message: declared.NotificationMessageV2): declared.PaymentNotificationV2 {
    const { body, pinned } = this.#received(message, 'openPayment')
    const opened = this.#secrets.use((handle) => handle.openPayment(body, pinned) as Flat & { payment: declared.PaymentV2 })
    return { payment: opened.payment, fields: unflattened(opened.fields) }
  }

  openRefund(message: declared.RefundMessageV2): declared.RefundNotificationV2 {
    const body = receivedXml(members(message, 'openRefund', ['body']).body)
    const opened = this.#secrets.use(
      (handle) => handle.openRefund(body) as Flat & { refund: declared.RefundV2; refundFields: string[] },
    )
    return {
      refund: opened.refund,
      refundFields: unflattened(opened.refundFields),
      fields: unflattened(opened.fields),
    }
  }

  openEvent(message: declared.NotificationMessageV2): declared.EventNotificationV2 {
    const { body, pinned } = this.#received(message, 'openEvent')
    const opened = this.#secrets.use(
      (handle) => handle.openEvent(body, pinned) as Flat & Omit<declared.EventNotificationV2, 'fields'>,
    )
    return { ...opened, fields: unflattened(opened.fields) }
  }

  requestPayment(request: declared.RequestPaymentRequestV2): declared.RequestPaymentParamsV2 {
    const names = ['appid', 'prepayId', 'signType', 'timestamp', 'nonceStr'] as const
    const given = members(request, 'requestPayment', names)
    const appid = text(given.appid, 'appid')
    const prepayId = text(given.prepayId, 'prepayId')
    const type = this.#signType(given)
    const { timestamp, nonceStr } = freshness(given)
    return this.#secrets.use((handle) => handle.requestPayment(appid, prepayId, type, timestamp, nonceStr))
  }

  appPayment(request: declared.AppPaymentRequestV2): declared.AppPaymentParams {
    const names = ['appid', 'prepayId', 'partnerid', 'signType', 'timestamp', 'nonceStr'] as const
    const given = members(request, 'appPayment', names)
    const appid = text(given.appid, 'appid')
    const prepayId = text(given.prepayId, 'prepayId')
    const partnerid = optionalText(given.partnerid, 'partnerid') ?? this.mchid
    const type = this.#signType(given)
    const { timestamp, nonceStr } = freshness(given)
    return this.#secrets.use((handle) => handle.appPayment(appid, partnerid, prepayId, type, timestamp, nonceStr))
  }

  redPacket(request: declared.RedPacketRequest): declared.RedPacketParams {
    const given = members(request, 'redPacket', ['appid', 'package', 'timestamp', 'nonceStr'])
    const appid = text(given.appid, 'appid')
    const packageText = text(given.package, 'package')
    const { timestamp, nonceStr } = freshness(given)
    return this.#secrets.use((handle) => handle.redPacket(appid, packageText, timestamp, nonceStr))
  }

  payScoreDetail(request: declared.PayScoreDetailRequest): declared.BusinessView<declared.PayScoreDetailParams> {
    const names = ['serviceId', 'outOrderNo', 'mchid', 'timestamp', 'nonceStr'] as const
    const given = members(request, 'payScoreDetail', names)
    const serviceId = text(given.serviceId, 'serviceId')
    const outOrderNo = text(given.outOrderNo, 'outOrderNo')
    const mchid = optionalText(given.mchid, 'mchid') ?? this.mchid
    const { timestamp, nonceStr } = freshness(given)
    return this.#secrets.use((handle) => handle.payScoreDetail(mchid, serviceId, outOrderNo, timestamp, nonceStr))
  }

  payScoreUse(request: declared.PayScoreUseRequest): declared.BusinessView<declared.PayScoreUseParams> {
    const given = members(request, 'payScoreUse', ['package', 'mchid', 'timestamp', 'nonceStr'])
    const packageText = text(given.package, 'package')
    const mchid = optionalText(given.mchid, 'mchid') ?? this.mchid
    const { timestamp, nonceStr } = freshness(given)
    return this.#secrets.use((handle) => handle.payScoreUse(mchid, packageText, timestamp, nonceStr))
  }

  sendCoupon(request: declared.SendCouponRequest): declared.SendCouponParams {
    const given = members(request, 'sendCoupon', ['coupons', 'sendCouponMerchant'])
    const merchant = optionalText(given.sendCouponMerchant, 'sendCouponMerchant') ?? this.mchid
    const fill = couponList(given.coupons, 'coupons')
    return this.#secrets.use((handle, module) => handle.sendCoupon(merchant, fill(module)))
  }

  couponUrl(request: declared.CouponUrlRequest): string {
    const given = members(request, 'couponUrl', ['coupon', 'openid', 'sendCouponMerchant'])
    const merchant = optionalText(given.sendCouponMerchant, 'sendCouponMerchant') ?? this.mchid
    const openid = text(given.openid, 'openid')
    const fill = couponList([given.coupon], 'coupon')
    return this.#secrets.use((handle, module) => handle.couponUrl(merchant, openid, fill(module)))
  }

  sign(fields: declared.GivenFieldsV2, type?: declared.SignTypeV2): string {
    const given = flat(fields, 'fields')
    const chosen = this.#signType({ signType: type })
    return this.#secrets.use((handle) => handle.sign(given, chosen))
  }

  free(): void {
    this.#secrets.free()
  }

  /** What to sign with. */
  #signType(given: { signType: unknown }): declared.SignTypeV2 {
    return signType(given.signType, 'signType') ?? this.signType ?? 'MD5'
  }

  /** What alone to accept. */
  #pinned(given: { signType: unknown }): declared.SignTypeV2 | undefined {
    return signType(given.signType, 'signType') ?? this.signType
  }

  #received(message: unknown, method: string): { body: Uint8Array; pinned: declared.SignTypeV2 | undefined } {
    const given = members(message, method, ['body', 'signType'])
    return { body: receivedXml(given.body), pinned: this.#pinned(given) }
  }

  static {
    // Not every runtime has the symbol yet.
    if (Symbol.dispose) {
      const value = this.prototype.free
      Object.defineProperty(this.prototype, Symbol.dispose, { value, configurable: true, writable: true })
    }
  }
}

type VerifiedFlat = Flat & Omit<declared.VerifiedV2, 'fields'>

function verified({ fields, ...rest }: VerifiedFlat): declared.VerifiedV2 {
  return { ...rest, fields: unflattened(fields) }
}

function freshness(given: { timestamp: unknown; nonceStr: unknown }): { timestamp: number; nonceStr: string } {
  return {
    timestamp: seconds(given.timestamp, 'timestamp'),
    nonceStr: optionalText(given.nonceStr, 'nonceStr') ?? randomNonce(),
  }
}
