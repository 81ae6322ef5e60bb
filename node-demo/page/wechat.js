// WeChat as a mini program meets it: wx.login, wx.request and wx.requestPayment with the arguments and results of the
// real ones, on top of the platform simulator. Touches no document, so that it also runs without a page.

/**
 * @typedef {object} PaymentSheet
 * @property {string} outTradeNo
 * @property {string} merchantName
 * @property {string} description
 * @property {number} total in fen
 * @property {string} currency
 *
 * @typedef {{ errMsg: string }} Result
 *
 * @typedef {object} Payment
 * @property {string} timeStamp
 * @property {string} nonceStr
 * @property {string} package
 * @property {string} signType
 * @property {string} paySign
 *
 * @typedef {object} WechatOptions
 * @property {string} simulatorUrl
 * @property {string} appid
 * @property {string} [user] whose phone it is
 * @property {(url: string) => string} [resolve] where an address of the mini program leads
 * @property {(payment: Payment) => Payment} [tamper] somebody changes the five fields before WeChat sees them
 * @property {(sheet: PaymentSheet, user: { pay: () => Promise<Result>, cancel: () => Promise<Result> }) => Promise<Result>} openSheet
 *   shows the payment sheet until the user pays, gives up, or fails to
 * @property {(event: PhoneEvent) => void} [observe]
 *
 * @typedef {object} PhoneEvent a call leaves the phone, or its answer comes back
 * @property {'login' | 'request' | 'requestPayment'} call
 * @property {'asked' | 'answered'} stage
 * @property {number} number the same for a call and its answer
 * @property {Record<string, any>} detail
 */

/** @param {WechatOptions} options */
export function createWechat({
  simulatorUrl,
  appid,
  user = 'user',
  resolve = (url) => url,
  tamper = (payment) => payment,
  openSheet,
  observe = () => {},
}) {
  let calls = 0;

  /**
   * Reports a call and its outcome, and hands the outcome to `success` or `fail`.
   *
   * @param {PhoneEvent['call']} call
   * @param {object} asked
   * @param {{ success?: (result: any) => void, fail?: (result: Result) => void }} callbacks
   * @param {() => Promise<Record<string, any>>} work
   */
  async function perform(call, asked, { success, fail }, work) {
    const number = (calls += 1);
    observe({ call, stage: 'asked', number, detail: asked });
    /** @type {Record<string, any>} */
    let result;
    try {
      result = await work();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      result = { errMsg: `${call}:fail ${reason}` };
    }
    observe({ call, stage: 'answered', number, detail: result });
    if (result['errMsg'] === `${call}:ok`) success?.(result);
    else fail?.({ errMsg: String(result['errMsg']) });
  }

  /**
   * @param {string} name
   * @param {object} body
   */
  async function control(name, body) {
    const response = await fetch(`${simulatorUrl}/_simulator/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error);
    return answer;
  }

  /** @param {Payment} payment */
  async function pay(payment) {
    const call = { appid, user, ...payment };
    const sheet = await control('sheet', call);
    if (sheet.errMsg !== 'requestPayment:ok') return sheet;
    return openSheet(sheet, {
      pay: () => control('pay', call),
      cancel: () => control('cancel', call),
    });
  }

  return {
    /** @param {{ success?: (result: Result & { code: string }) => void, fail?: (result: Result) => void }} options */
    login(options) {
      void perform('login', {}, options, async () => {
        const { code } = await control('login', { appid, user });
        return { errMsg: 'login:ok', code };
      });
    },

    /**
     * @param {{ url: string, method?: 'GET' | 'POST', data?: object | undefined, header?: Record<string, string>,
     *   success?: (result: Result & { statusCode: number, data: any }) => void, fail?: (result: Result) => void }} options
     */
    request({ url, method = 'GET', data, header = {}, ...callbacks }) {
      const path = new URL(url).pathname;
      void perform('request', { method, path, header, data }, callbacks, async () => {
        const response = await fetch(resolve(url), {
          method,
          headers: { 'Content-Type': 'application/json', ...header },
          ...(method === 'GET' || data === undefined ? {} : { body: JSON.stringify(data) }),
        });
        const answer = parse(await response.text());
        return { errMsg: 'request:ok', statusCode: response.status, data: answer };
      });
    },

    /** @param {Payment & { success?: (result: Result) => void, fail?: (result: Result) => void }} options */
    requestPayment({ timeStamp, nonceStr, package: packageValue, signType, paySign, ...callbacks }) {
      const payment = { timeStamp, nonceStr, package: packageValue, signType, paySign };
      void perform('requestPayment', payment, callbacks, () => pay(tamper(payment)));
    },
  };
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
