export { Client } from './client.js'
export { WechatPayRequestError } from './request-error.js'
