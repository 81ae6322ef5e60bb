import { items, members, optionalText, text } from './arguments.js'
import type { Bindings } from './extras-instance.js'

type CouponList = InstanceType<Bindings['CouponList']>

/** Checks the coupons; what comes back puts them into the module. */
export function couponList(given: unknown, name: string): (module: Bindings) => CouponList {
  const coupons = items(given, name, 'coupons').map((entry, at) => {
    const place = name === 'coupon' ? name : `${name}[${at}]`
    const names = ['stockId', 'outRequestNo', 'couponCode', 'createCouponMerchant', 'customizeSendTime'] as const
    const coupon = members(entry, place, names)
    return [
      text(coupon.stockId, `${place}.stockId`),
      text(coupon.outRequestNo, `${place}.outRequestNo`),
      optionalText(coupon.couponCode, `${place}.couponCode`),
      optionalText(coupon.createCouponMerchant, `${place}.createCouponMerchant`),
      optionalText(coupon.customizeSendTime, `${place}.customizeSendTime`),
    ] as const
  })
  return (module) => {
    const list = new module.CouponList()
    try {
      for (const coupon of coupons) list.add(...coupon)
    } catch (error) {
      list.free()
      throw error
    }
    return list
  }
}
