const LONGEST = 60;

/**
 * What a body brings, in a word.
 *
 * @param {string} body
 */
export function summary(body) {
  const named = /"(prepay_id|openid|code|refund_id|trade_state)":"([^"]+)"/.exec(body);
  if (named !== null) return `${named[1]} ${named[2]}`;
  return body.length > LONGEST ? `${body.slice(0, LONGEST - 3)}…` : body;
}

/** @param {Record<string, string>} headers */
export function wechatpayHeaders(headers) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => /^wechatpay-/i.test(name)));
}
