// The `wx` of a mini program, for a place that is no mini program: the same functions with the same
// arguments and results, on top of the platform simulator.

/**
 * @typedef {object} PaymentSheet
 * @property {string} merchantName
 * @property {string} description
 * @property {number} total in fen
 * @property {string} currency
 *
 * @typedef {object} WxOptions
 * @property {string} simulatorUrl
 * @property {string} appid
 * @property {string} [user] whose phone it is
 * @property {(sheet: PaymentSheet) => Promise<boolean>} confirm shows the payment sheet; true when the user agrees
 *
 * @typedef {object} Result
 * @property {string} errMsg
 *
 * @typedef {object} RequestResult
 * @property {number} statusCode
 * @property {any} data
 *
 * @typedef {object} RequestArguments
 * @property {string} url
 * @property {'GET' | 'POST'} [method]
 * @property {object} [data]
 * @property {Record<string, string>} [header]
 * @property {(result: RequestResult) => void} [success]
 * @property {(result: Result) => void} [fail]
 *
 * @typedef {object} LoginArguments
 * @property {(result: Result & { code: string }) => void} [success]
 * @property {(result: Result) => void} [fail]
 *
 * @typedef {object} PaymentArguments
 * @property {string} timeStamp
 * @property {string} nonceStr
 * @property {string} package
 * @property {string} signType
 * @property {string} paySign
 * @property {(result: Result) => void} [success]
 * @property {(result: Result) => void} [fail]
 *
 * @typedef {object} Wx
 * @property {(options: LoginArguments) => void} login
 * @property {(options: RequestArguments) => void} request
 * @property {(options: PaymentArguments) => void} requestPayment
 */

/**
 * @param {WxOptions} options
 * @returns {Wx}
 */
export function createWx({ simulatorUrl, appid, user = 'user', confirm }) {
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

  /**
   * @param {PaymentArguments} parameters
   * @returns {Promise<Result>}
   */
  async function pay({ timeStamp, nonceStr, package: packageValue, signType, paySign }) {
    const call = { appid, user, timeStamp, nonceStr, package: packageValue, signType, paySign };
    const sheet = await control('sheet', call);
    if (sheet.errMsg !== 'requestPayment:ok') return { errMsg: sheet.errMsg };
    const { errMsg } = await control((await confirm(sheet)) ? 'pay' : 'cancel', call);
    return { errMsg };
  }

  return {
    login({ success, fail }) {
      control('login', { appid, user }).then(
        ({ code }) => success?.({ errMsg: 'login:ok', code }),
        (error) => fail?.({ errMsg: `login:fail ${error.message}` }),
      );
    },

    request({ url, method = 'GET', data, header = {}, success, fail }) {
      const body = method === 'GET' || data === undefined ? {} : { body: JSON.stringify(data) };
      fetch(url, { method, headers: { 'Content-Type': 'application/json', ...header }, ...body })
        .then(async (response) => ({
          statusCode: response.status,
          data: parse(await response.text()),
        }))
        .then(
          (result) => success?.(result),
          (error) => fail?.({ errMsg: `request:fail ${error.message}` }),
        );
    },

    requestPayment({ success, fail, ...parameters }) {
      pay(parameters).then(
        (result) => (result.errMsg === 'requestPayment:ok' ? success : fail)?.(result),
        (error) => fail?.({ errMsg: `requestPayment:fail ${error.message}` }),
      );
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
