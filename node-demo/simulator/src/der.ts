// A writer for the part of DER (ITU-T X.690) that certificates need. It writes; it never reads.

enum Tag {
  Boolean = 0x01,
  Integer = 0x02,
  BitString = 0x03,
  OctetString = 0x04,
  Null = 0x05,
  ObjectIdentifier = 0x06,
  Utf8String = 0x0c,
  PrintableString = 0x13,
  UtcTime = 0x17,
  GeneralizedTime = 0x18,
  Sequence = 0x30,
  Set = 0x31,
}

export function sequence(...items: Buffer[]): Buffer {
  return tlv(Tag.Sequence, Buffer.concat(items));
}

export function set(...items: Buffer[]): Buffer {
  return tlv(Tag.Set, Buffer.concat(items.toSorted(Buffer.compare)));
}

/** An unsigned INTEGER from its big-endian magnitude. */
export function integer(magnitude: Buffer): Buffer {
  let start = 0;
  while (start < magnitude.length - 1 && magnitude[start] === 0) start += 1;
  const minimal = magnitude.subarray(start);
  const negative = ((minimal[0] ?? 0) & 0x80) !== 0;
  return tlv(Tag.Integer, negative ? Buffer.concat([Buffer.of(0), minimal]) : minimal);
}

export function boolean(value: boolean): Buffer {
  return tlv(Tag.Boolean, Buffer.of(value ? 0xff : 0x00));
}

export function nothing(): Buffer {
  return tlv(Tag.Null, Buffer.alloc(0));
}

export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tlv(Tag.ObjectIdentifier, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

export function utf8String(text: string): Buffer {
  return tlv(Tag.Utf8String, Buffer.from(text, 'utf8'));
}

export function printableString(text: string): Buffer {
  return tlv(Tag.PrintableString, Buffer.from(text, 'latin1'));
}

export function octetString(content: Buffer): Buffer {
  return tlv(Tag.OctetString, content);
}

export function bitString(content: Buffer, unusedBits = 0): Buffer {
  return tlv(Tag.BitString, Buffer.concat([Buffer.of(unusedBits), content]));
}

/** UTCTime up to 2049 and GeneralizedTime after, as RFC 5280 §4.1.2.5 asks. */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/\.\d+|[-:T]/g, '');
  return date.getUTCFullYear() < 2050
    ? tlv(Tag.UtcTime, Buffer.from(digits.slice(2), 'latin1'))
    : tlv(Tag.GeneralizedTime, Buffer.from(digits, 'latin1'));
}

/** [number] EXPLICIT. */
export function explicit(number: number, content: Buffer): Buffer {
  return tlv(0xa0 | number, content);
}

/** [number] IMPLICIT, primitive. */
export function implicit(number: number, content: Buffer): Buffer {
  return tlv(0x80 | number, content);
}

function tlv(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(tag), length(content.length), content]);
}

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.of(size);
  const bytes: number[] = [];
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

function base128(value: number): number[] {
  const groups = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    groups.unshift((rest % 128) | 0x80);
  }
  return groups;
}
