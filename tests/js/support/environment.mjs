// The environment that the recipes of the READMEs read.
import { merchantOptions, PUBLIC_KEY_ID } from './platform.mjs'
import { key } from './vectors.mjs'

export const environment = {
  WECHATPAY_MCHID: merchantOptions.mchid,
  WECHATPAY_SERIAL_NO: merchantOptions.serialNo,
  // In one line, as deployment tools store it.
  WECHATPAY_PRIVATE_KEY: merchantOptions.privateKey.replaceAll('\n', '\\n'),
  WECHATPAY_API_V3_KEY: merchantOptions.apiV3Key,
  WECHATPAY_PUBLIC_KEY_ID: PUBLIC_KEY_ID,
  WECHATPAY_PUBLIC_KEY: key('throwaway-platform-next-pub'),
  WECHATPAY_NOTIFY_URL: 'https://shop.example/wechatpay/notify',
}
