/** An answer to the client: an HTTP status, a stable code, and a sentence about what to do. */
export class ShopError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 502;
  readonly code: string;

  constructor(status: ShopError['status'], code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ShopError';
    this.status = status;
    this.code = code;
  }
}
