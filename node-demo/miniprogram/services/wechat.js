// The three calls of `wx` that a payment needs, as promises.

/** The phone or WeChat could not do it; `errMsg` is the text of `wx`. */
export class WechatFailure extends Error {
  /** @param {string} errMsg */
  constructor(errMsg) {
    super(errMsg);
    this.name = 'WechatFailure';
    this.errMsg = errMsg;
  }
}

/**
 * A code that proves, once and within five minutes, who the user is.
 *
 * @returns {Promise<string>}
 */
export function loginCode() {
  return new Promise((resolve, reject) => {
    wx.login({
      success: ({ code }) => resolve(code),
      fail: ({ errMsg }) => reject(new WechatFailure(errMsg)),
    });
  });
}

/**
 * @param {{ url: string, method: 'GET' | 'POST', header: Record<string, string>, data?: object | undefined }} options
 * @returns {Promise<{ statusCode: number, data: any }>}
 */
export function request(options) {
  return new Promise((resolve, reject) => {
    wx.request({
      ...options,
      success: resolve,
      fail: ({ errMsg }) => reject(new WechatFailure(errMsg)),
    });
  });
}

/**
 * Opens the payment sheet with the five fields of the backend. `paid` is what the phone believes: the order is paid
 * when the backend says so.
 *
 * @param {import('./shop.js').RequestPayment} parameters
 * @returns {Promise<'paid' | 'cancelled'>}
 */
export function requestPayment({ timeStamp, nonceStr, package: packageValue, signType, paySign }) {
  return new Promise((resolve, reject) => {
    wx.requestPayment({
      timeStamp,
      nonceStr,
      package: packageValue,
      signType,
      paySign,
      success: () => resolve('paid'),
      fail: ({ errMsg }) => {
        if (errMsg === 'requestPayment:fail cancel') resolve('cancelled');
        else reject(new WechatFailure(errMsg));
      },
    });
  });
}
