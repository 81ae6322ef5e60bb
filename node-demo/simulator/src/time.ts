const BEIJING_OFFSET = 8 * 60 * 60 * 1000;

/** `2026-01-31T08:00:00+08:00`: the form WeChat Pay writes. */
export function rfc3339(milliseconds: number): string {
  return `${beijing(milliseconds).slice(0, 19)}+08:00`;
}

/** `2026-01-31 08:00:00`, Beijing time, as it stands in bills. */
export function beijingTime(milliseconds: number): string {
  return beijing(milliseconds).slice(0, 19).replace('T', ' ');
}

/** `20260131080000`, Beijing time, as it stands inside prepay and transaction ids. */
export function compactTime(milliseconds: number): string {
  return beijing(milliseconds).slice(0, 19).replace(/[-:T]/g, '');
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** Milliseconds, or `undefined` when the text is no RFC 3339 time. */
export function parseRfc3339(text: string): number | undefined {
  const milliseconds = RFC3339.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

function beijing(milliseconds: number): string {
  return new Date(milliseconds + BEIJING_OFFSET).toISOString();
}
