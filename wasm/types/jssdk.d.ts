export interface WxConfigRequest {
  /** The appid of the official account. */
  appid: string
  /** `location.href` of the page; what follows `#` does not take part. */
  url: string
  /** The `ticket` of the official account, valid for 7200 seconds. */
  jsapiTicket: string | Uint8Array
  /** UNIX time in seconds. @default now */
  timestamp?: number | undefined
  /** @default 32 random characters of `[0-9A-Za-z]` */
  nonceStr?: string | undefined
}

/** The signed members of the argument of `wx.config`; `debug`, `jsApiList` and `openTagList` are the page's. */
export interface WxConfigParams {
  appId: string
  timestamp: number
  nonceStr: string
  signature: string
}

/**
 * Signs the configuration of the JS-SDK on a page inside WeChat.
 *
 * @throws {WechatPayError} `ERR_ARGUMENT_INVALID` or `ERR_KEY_INVALID`.
 */
export declare function wxConfig(request: WxConfigRequest): WxConfigParams

export interface MerchantTransferRequest {
  mchid: string
  appid: string
  /** `package_info` from the answer to the transfer, not URL-encoded. */
  package: string
  subMchid?: string | undefined
  subAppid?: string | undefined
  openid?: string | undefined
}

export interface MerchantTransferInvocation {
  /** For `wx.requestMerchantTransfer`. */
  params: {
    mchId: string
    subMchId?: string
    appId: string
    subAppId?: string
    package: string
    openId?: string
  }
  /** The same as a query, URL-encoded, for the Open SDK of an app. */
  query: string
}

/**
 * The parameters with which a user confirms a merchant's transfer; nothing in them is signed. The page's `ok` does not
 * mean that the transfer was made: query it.
 *
 * @throws {WechatPayError} `ERR_ARGUMENT_INVALID`.
 */
export declare function requestMerchantTransfer(request: MerchantTransferRequest): MerchantTransferInvocation
