// Lines for people: arrows between the parties, the strings they sign, and whether they held.

const COLOUR = wantsColour();
const WIDTH = Math.max(72, Math.min(process.stdout.columns ?? 100, 110));
const INDENT = '     ';

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

const CODES: Record<Style, [number, number]> = {
  bold: [1, 22],
  dim: [2, 22],
  green: [32, 39],
  red: [31, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

export function paint(style: Style, text: string): string {
  const [on, off] = CODES[style];
  return COLOUR ? `\u001b[${on}m${text}\u001b[${off}m` : text;
}

export function line(text = ''): void {
  process.stdout.write(`${text}\n`);
}

export function heading(number: number, chinese: string, english: string): void {
  const title = ` ${number}  ${chinese}  ${english} `;
  const rule = '─'.repeat(Math.max(0, WIDTH - displayWidth(title) - 3));
  line();
  line(`${paint('dim', '──')}${paint('bold', title)}${paint('dim', rule)}`);
  line();
}

/** Who calls whom, and with what. */
export function arrow(from: string, to: string, text: string): void {
  const ends = `${padded(from, 10)} ${paint('dim', '→')} ${padded(to, 10)}`;
  const [first = '', ...rest] = fold(text, WIDTH - 28);
  line(`  ${ends}  ${first}`);
  for (const more of rest) line(`${' '.repeat(27)}${more}`);
}

/** A labelled text, verbatim: folded only where it is wider than the terminal. */
export function block(label: string, text: string | string[]): void {
  line(`${INDENT}${paint('cyan', label)}`);
  for (const part of Array.isArray(text) ? text : [text]) {
    for (const folded of fold(part, WIDTH - INDENT.length - 3)) {
      line(`${INDENT}${paint('dim', '│')} ${folded}`);
    }
  }
}

/** A signed message with its line feeds made visible. */
export function message(label: string, text: string): void {
  const lines = text.split('\n').slice(0, -1);
  block(
    label,
    lines.map((part) => `${part}${paint('dim', '⏎')}`),
  );
}

export function good(text: string): void {
  bullet(paint('green', '✓'), text);
}

export function bad(text: string): void {
  bullet(paint('red', '✗'), text);
}

export function note(text: string): void {
  bullet(' ', text);
}

/** `13600` as `¥136.00`. */
export function yuan(fen: number): string {
  return `¥${(fen / 100).toFixed(2)}`;
}

export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

function bullet(mark: string, text: string): void {
  for (const [index, part] of fold(text, WIDTH - INDENT.length - 2).entries()) {
    line(`${INDENT}${index === 0 ? mark : ' '} ${part}`);
  }
}

/** Cuts a text into pieces no wider than the given width; colour codes take no room. */
function fold(text: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const token of text.match(/\u001b\[\d+m|./gu) ?? []) {
    const size = token.startsWith('\u001b') ? 0 : characterWidth(token);
    if (used + size > width) {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += token;
    used += size;
  }
  return [...pieces, piece];
}

function displayWidth(text: string): number {
  const plain = text.replace(/\u001b\[\d+m/g, '');
  return Array.from(plain).reduce((sum, character) => sum + characterWidth(character), 0);
}

/** Chinese characters and full-width punctuation take two columns. */
function characterWidth(character: string): number {
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
    character,
  )
    ? 2
    : 1;
}

function wantsColour(): boolean {
  if (process.env['NO_COLOR']) return false;
  if (process.env['FORCE_COLOR']) return process.env['FORCE_COLOR'] !== '0';
  return process.stdout.isTTY === true;
}
