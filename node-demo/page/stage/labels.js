const LONGEST = 60;

/** @param {string} body */
export function summary(body) {
  return body.length > LONGEST ? `${body.slice(0, LONGEST - 3)}…` : body;
}

/** @param {Record<string, string>} headers */
export function wechatpayHeaders(headers) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => /^wechatpay-/i.test(name)));
}
