// The trade bill (交易账单): CSV with a byte order mark, a header, a backtick before every field, amounts
// in yuan, and at the end a second header with one line of sums.

import { DownloadDigest } from 'wechatpay-wasm';

export interface BillRow {
  outTradeNo: string;
  transactionId: string;
  /** SUCCESS for a payment, REFUND for money given back, REVOKED for a payment taken back. */
  tradeState: string;
  currency: string;
  /** In fen. */
  total: number;
  outRefundNo: string;
  refund: number;
  refundStatus: string;
}

export class BillError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BillError';
  }
}

const COLUMNS = {
  outTradeNo: '商户订单号',
  transactionId: '微信订单号',
  tradeState: '交易状态',
  currency: '货币种类',
  total: '订单金额',
  outRefundNo: '商户退款单号',
  refund: '申请退款金额',
  refundStatus: '退款状态',
} as const;
const SUMS_HEADER = '总交易单数';
const MAX_BYTES = 256 * 1024 * 1024;

/** The rows of a bill, none of which is handed out before the whole file matches its digest. */
export async function readBill(
  file: AsyncIterable<Uint8Array>,
  announced: { hash_type: string; hash_value: string },
): Promise<BillRow[]> {
  const digest = new DownloadDigest({
    hashType: announced.hash_type,
    hashValue: announced.hash_value,
  });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let size = 0;
  for await (const piece of file) {
    size += piece.length;
    if (size > MAX_BYTES) throw new BillError(`the bill is larger than ${MAX_BYTES} bytes`);
    digest.update(piece);
    text += decoded(decoder, piece);
  }
  text += decoded(decoder);
  digest.finish();
  return parseBill(text);
}

function decoded(decoder: InstanceType<typeof TextDecoder>, piece?: Uint8Array): string {
  try {
    return decoder.decode(piece, { stream: piece !== undefined });
  } catch (error) {
    throw new BillError('the bill is not UTF-8', { cause: error });
  }
}

export function parseBill(text: string): BillRow[] {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const header = lines.shift()?.split(',') ?? [];
  const at = Object.fromEntries(
    Object.entries(COLUMNS).map(([name, title]) => {
      const index = header.indexOf(title);
      if (index < 0) throw new BillError(`the bill has no column ${title}`);
      return [name, index];
    }),
  ) as Record<keyof typeof COLUMNS, number>;

  const end = lines.findIndex((line) => line.startsWith(SUMS_HEADER));
  if (end < 0) throw new BillError('the bill ends without its sums');
  const rows = lines.slice(0, end).map((line) => {
    const fields = fieldsOf(line);
    if (fields.length !== header.length) {
      throw new BillError(`a row has ${fields.length} fields, the header ${header.length}`);
    }
    const field = (name: keyof typeof COLUMNS): string => fields[at[name]] ?? '';
    return {
      outTradeNo: field('outTradeNo'),
      transactionId: field('transactionId'),
      tradeState: field('tradeState'),
      currency: field('currency'),
      total: fen(field('total')),
      outRefundNo: field('outRefundNo'),
      refund: fen(field('refund')),
      refundStatus: field('refundStatus'),
    };
  });
  const announced = Number(fieldsOf(lines[end + 1] ?? '')[0]);
  if (announced !== rows.length) {
    throw new BillError(`the bill announces ${announced} rows and has ${rows.length}`);
  }
  return rows;
}

/** A comma may stand inside a field; a comma and a backtick part two. */
function fieldsOf(line: string): string[] {
  if (!line.startsWith('`')) throw new BillError('a row does not begin with a backtick');
  return line.slice(1).split(',`');
}

/** Yuan with two decimals, as fen. */
function fen(yuan: string): number {
  const [, whole, part] = /^(\d{1,9})\.(\d{2})$/.exec(yuan) ?? [];
  if (whole === undefined) throw new BillError(`${yuan} is no amount in yuan`);
  return Number(whole) * 100 + Number(part);
}
