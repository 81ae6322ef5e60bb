/**
 * `13600` as `¥136.00`.
 *
 * @param {number} fen
 */
export function yuan(fen) {
  return `¥${(fen / 100).toFixed(2)}`;
}

/**
 * `2026-01-31T08:00:00.000Z` as `2026-01-31 16:00`, in the time of the phone.
 *
 * @param {string} text
 */
export function localTime(text) {
  const time = new Date(text);
  const two = (/** @type {number} */ value) => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
