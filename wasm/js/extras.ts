// Over the module `extras`, which a bundler leaves out with this file where nothing of it is imported.
export { verifyCertificateChain } from './certificate-chain.js'
export { explainNotification, explainRequest } from './explain.js'
export { requestMerchantTransfer, wxConfig } from './jssdk.js'
export { MessagePush } from './message-push.js'
export { MiniProgram } from './mini-program.js'
export { MerchantV2, answerV2, refusalV2, stringA, workwxSign } from './v2.js'
export { WechatApiError } from './wechat-api-error.js'
