// The expressions of {{ }}: literals, names, members, operators and ?:, read into functions. No eval, so that the page
// keeps its content security policy.

/** @typedef {Record<string, unknown>} Scope */
/** @typedef {(scope: Scope) => any} Expression */

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?)|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([A-Za-z_$][\w$]*)|(===|!==|==|!=|<=|>=|&&|\|\||[-+*/%<>!?:.,()[\]]))/y;

/** @type {Record<string, [precedence: number, apply: (left: any, right: any) => unknown]>} */
const BINARY = {
  '===': [3, (left, right) => left === right],
  '!==': [3, (left, right) => left !== right],
  '==': [3, (left, right) => left == right],
  '!=': [3, (left, right) => left != right],
  '<': [4, (left, right) => left < right],
  '>': [4, (left, right) => left > right],
  '<=': [4, (left, right) => left <= right],
  '>=': [4, (left, right) => left >= right],
  '+': [5, (left, right) => left + right],
  '-': [5, (left, right) => left - right],
  '*': [6, (left, right) => left * right],
  '/': [6, (left, right) => left / right],
  '%': [6, (left, right) => left % right],
};
const OR = 1;
const AND = 2;
/** @type {Record<string, unknown>} */
const CONSTANTS = { true: true, false: false, null: null, undefined: undefined };

/**
 * `a {{b}} c`: a text when anything stands around the braces, else the value itself.
 *
 * @param {string} text
 * @returns {Expression}
 */
export function compileText(text) {
  const parts = text.split(/\{\{(.*?)\}\}/s);
  if (parts.length === 1) return () => text;
  /** @type {(string | Expression)[]} */
  const compiled = parts.map((part, index) => (index % 2 === 0 ? part : compileExpression(part)));
  if (compiled.length === 3 && parts[0] === '' && parts[2] === '') {
    return /** @type {Expression} */ (compiled[1]);
  }
  return (scope) =>
    compiled.map((part) => (typeof part === 'string' ? part : asText(part(scope)))).join('');
}

/** @param {unknown} value */
export function asText(value) {
  return value === undefined || value === null ? '' : String(value);
}

/**
 * @param {string} source
 * @returns {Expression}
 */
export function compileExpression(source) {
  const parser = new Parser(source);
  const expression = parser.ternary();
  parser.end();
  return expression;
}

class Parser {
  /** @type {{ kind: 'value' | 'name' | 'operator' | 'end', value: any }[]} */
  #tokens = [];
  #at = 0;
  #source;

  /** @param {string} source */
  constructor(source) {
    this.#source = source;
    const end = source.trimEnd().length;
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < end) {
      const at = TOKEN.lastIndex;
      const match = TOKEN.exec(source);
      if (match === null) throw this.#failure(`cannot read it from "${source.slice(at).trim()}"`);
      const [, number, single, double, name, operator] = match;
      const text = single ?? double;
      if (number !== undefined) this.#tokens.push({ kind: 'value', value: Number(number) });
      else if (text !== undefined)
        this.#tokens.push({ kind: 'value', value: text.replace(/\\(.)/g, '$1') });
      else if (name !== undefined) this.#tokens.push({ kind: 'name', value: name });
      else this.#tokens.push({ kind: 'operator', value: operator });
    }
  }

  /** @returns {Expression} */
  ternary() {
    const condition = this.#binary(OR);
    if (!this.#take('?')) return condition;
    const yes = this.ternary();
    this.#expect(':');
    const no = this.ternary();
    return (scope) => (condition(scope) ? yes(scope) : no(scope));
  }

  end() {
    if (this.#peek().kind !== 'end') throw this.#failure(`did not expect ${this.#peek().value}`);
  }

  /**
   * @param {number} lowest
   * @returns {Expression}
   */
  #binary(lowest) {
    let left = this.#unary();
    for (;;) {
      const { kind, value } = this.#peek();
      if (kind !== 'operator') return left;
      const before = left;
      if (value === '||' && lowest <= OR) {
        this.#at += 1;
        const right = this.#binary(OR + 1);
        left = (scope) => before(scope) || right(scope);
      } else if (value === '&&' && lowest <= AND) {
        this.#at += 1;
        const right = this.#binary(AND + 1);
        left = (scope) => before(scope) && right(scope);
      } else {
        const [precedence, apply] = BINARY[value] ?? [0, () => undefined];
        if (precedence < Math.max(lowest, 1)) return left;
        this.#at += 1;
        const right = this.#binary(precedence + 1);
        left = (scope) => apply(before(scope), right(scope));
      }
    }
  }

  /** @returns {Expression} */
  #unary() {
    if (this.#take('!')) {
      const operand = this.#unary();
      return (scope) => !operand(scope);
    }
    if (this.#take('-')) {
      const operand = this.#unary();
      return (scope) => -operand(scope);
    }
    return this.#member();
  }

  /** @returns {Expression} */
  #member() {
    let target = this.#primary();
    for (;;) {
      const object = target;
      if (this.#take('.')) {
        const { kind, value } = this.#next();
        if (kind !== 'name') throw this.#failure('expected a name after the dot');
        target = (scope) => memberOf(object(scope), value);
      } else if (this.#take('[')) {
        const key = this.ternary();
        this.#expect(']');
        target = (scope) => memberOf(object(scope), key(scope));
      } else return target;
    }
  }

  /** @returns {Expression} */
  #primary() {
    const { kind, value } = this.#next();
    if (kind === 'value') return () => value;
    if (kind === 'name') {
      return Object.hasOwn(CONSTANTS, value) ? () => CONSTANTS[value] : (scope) => scope[value];
    }
    if (value === '(') {
      const inner = this.ternary();
      this.#expect(')');
      return inner;
    }
    throw this.#failure(kind === 'end' ? 'it ends too early' : `did not expect ${value}`);
  }

  #peek() {
    return this.#tokens[this.#at] ?? { kind: /** @type {const} */ ('end'), value: '' };
  }

  #next() {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }

  /** @param {string} operator */
  #take(operator) {
    const { kind, value } = this.#peek();
    if (kind !== 'operator' || value !== operator) return false;
    this.#at += 1;
    return true;
  }

  /** @param {string} operator */
  #expect(operator) {
    if (!this.#take(operator)) throw this.#failure(`expected ${operator}`);
  }

  /** @param {string} reason */
  #failure(reason) {
    return new Error(`{{${this.#source}}}: ${reason}`);
  }
}

/**
 * A member of nothing is undefined, as in a mini program.
 *
 * @param {any} object
 * @param {any} key
 */
function memberOf(object, key) {
  return object === undefined || object === null ? undefined : object[key];
}
