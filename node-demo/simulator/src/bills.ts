// The bill APIs: where a bill is, its digest, and the file itself under a URL that works for five minutes.

import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import { ApiError, paramError } from './api-error.js';
import { fundFlowBill, tradeBill } from './bill-file.js';
import { json, type HttpAnswer, type HttpRequest } from './http.js';
import type { Ledger } from './ledger.js';
import { beijingTime } from './time.js';

interface Download {
  mchid: string;
  file: Buffer;
  expiresAt: number;
}

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
/** Bills of a day are there after 10 o'clock of the next, for three months. */
const READY = 10 * HOUR;
const KEPT = 92 * DAY;
const DOWNLOAD_VALIDITY = 5 * 60 * 1000;

export class Bills {
  readonly #ledger: Ledger;
  readonly #now: () => number;
  readonly #downloads = new Map<string, Download>();

  constructor(ledger: Ledger, now: () => number) {
    this.#ledger = ledger;
    this.#now = now;
  }

  tradeBill(request: HttpRequest, mchid: string): HttpAnswer {
    const type = oneOf(request, 'bill_type', ['ALL', 'SUCCESS', 'REFUND'] as const);
    return this.#announce(request, mchid, (traded) => tradeBill(traded, type));
  }

  fundFlowBill(request: HttpRequest, mchid: string): HttpAnswer {
    oneOf(request, 'account_type', ['BASIC', 'OPERATION', 'FEES'] as const);
    return this.#announce(request, mchid, fundFlowBill);
  }

  /** The one answer that is not signed: the file is held against the digest. */
  download(request: HttpRequest, mchid: string): HttpAnswer {
    const download = this.#downloads.get(request.query.get('token') ?? '');
    if (download === undefined || download.expiresAt <= this.#now()) {
      throw new ApiError(400, 'INVALID_REQUEST', 'token 无效或已过期');
    }
    if (download.mchid !== mchid) throw new ApiError(403, 'NO_AUTH', '无权下载该账单');
    const headers = { 'Content-Type': 'application/octet-stream' };
    return { status: 200, headers, body: download.file, unsigned: true };
  }

  #announce(
    request: HttpRequest,
    mchid: string,
    write: (traded: ReturnType<Ledger['traded']>) => string,
  ): HttpAnswer {
    const tarType = oneOf(request, 'tar_type', ['', 'GZIP'] as const);
    const [start, end] = this.#day(request);
    const traded = this.#ledger.traded(mchid, start, end);
    if (traded.payments.length + traded.refunds.length === 0) {
      throw new ApiError(400, 'NO_STATEMENT_EXIST', '账单文件不存在');
    }
    const content = Buffer.from(write(traded));
    const token = randomBytes(24).toString('base64url');
    this.#downloads.set(token, {
      mchid,
      file: tarType === 'GZIP' ? gzipSync(content) : content,
      expiresAt: this.#now() + DOWNLOAD_VALIDITY,
    });
    return json(200, {
      hash_type: 'SHA1',
      // Over the file as it is before gzip.
      hash_value: createHash('sha1').update(content).digest('hex'),
      download_url: `http://${request.headers.host}/v3/billdownload/file?token=${token}`,
    });
  }

  #day(request: HttpRequest): [start: number, end: number] {
    const date = request.query.get('bill_date') ?? '';
    const start = Date.parse(`${date}T00:00:00+08:00`);
    if (
      !/^\d{4}-\d{2}-\d{2}$/.test(date) ||
      Number.isNaN(start) ||
      !beijingTime(start).startsWith(date)
    ) {
      throw paramError('bill_date', 'must be a day such as 2026-01-31', date, 'query');
    }
    const now = this.#now();
    if (now < start + DAY + READY) throw new ApiError(400, 'STATEMENT_CREATING', '账单生成中');
    if (now > start + KEPT)
      throw paramError('bill_date', 'lies more than three months back', date, 'query');
    return [start, start + DAY];
  }
}

/** A query parameter with a fixed choice; the first is the default. */
function oneOf<T extends string>(
  request: HttpRequest,
  name: string,
  known: readonly [T, ...T[]],
): T {
  const value = request.query.get(name) ?? known[0];
  const found = known.find((one) => one === value);
  if (found === undefined) {
    throw paramError(
      name,
      `must be one of ${known.filter((one) => one !== '').join(', ')}`,
      value,
      'query',
    );
  }
  return found;
}
