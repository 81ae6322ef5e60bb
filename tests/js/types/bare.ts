import { Merchant, type Notification } from 'wechatpay-wasm'

declare const merchant: Merchant
export const opened: Notification = merchant.openNotification({ headers: { a: 'b' }, body: '' })
