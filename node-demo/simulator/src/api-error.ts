/** An error as WeChat Pay puts it: an HTTP status and `{ code, message, detail? }`. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: object | undefined;

  constructor(status: number, code: string, message: string, detail?: object) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.detail = detail;
  }

  toBody(): object {
    const { code, message, detail } = this;
    return detail === undefined ? { code, message } : { code, detail, message };
  }
}

export function paramError(
  field: string,
  issue: string,
  value: unknown,
  location: 'body' | 'query' | 'path' | 'header' = 'body',
): ApiError {
  return new ApiError(400, 'PARAM_ERROR', `参数错误: ${field} ${issue}`, {
    field,
    value: printable(value),
    issue,
    location,
  });
}

function printable(value: unknown): unknown {
  if (value === undefined) return null;
  return typeof value === 'string' && value.length > 64 ? `${value.slice(0, 64)}…` : value;
}
