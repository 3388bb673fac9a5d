/**
 * Reads the expressions of n8n, which are JavaScript, into a tree. Nothing is ever evaluated: what the tree means here is
 * found in expression.ts, and what this reader does not know is not translated. Browser-safe.
 */

export type Script =
  | { readonly is: 'literal'; readonly value: string | number | boolean | null }
  | { readonly is: 'text'; readonly parts: readonly (string | Script)[] }
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'member'; readonly of: Script; readonly name: string | number }
  | { readonly is: 'place'; readonly of: Script; readonly at: Script }
  | { readonly is: 'call'; readonly of: Script; readonly given: readonly Script[]; readonly isNew: boolean }
  | { readonly is: 'not' | 'minus'; readonly of: Script }
  | { readonly is: 'both'; readonly sign: string; readonly left: Script; readonly right: Script }
  | { readonly is: 'choice'; readonly test: Script; readonly yes: Script; readonly no: Script }
  | { readonly is: 'list'; readonly items: readonly Script[] }
  | { readonly is: 'object'; readonly members: readonly { name: string; value: Script }[] }
  | { readonly is: 'function'; readonly parameter: string; readonly result: Script }
  | { readonly is: 'pattern'; readonly source: string; readonly flags: string }

/** The text is no expression of the kinds this reader knows. */
export class ScriptError extends Error {}

export const SCRIPT_LENGTH_MAX = 10_000
const DEPTH_MAX = 60
const NAME = /[\p{L}_$][\p{L}\p{M}\p{N}_$]*/uy
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy
const PATTERN = /\/((?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([a-z]*)/y
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '0': '' }
/** From the loosest to the closest. */
const SIGNS: readonly (readonly string[])[] = [
  ['??', '||'],
  ['&&'],
  ['===', '!==', '==', '!='],
  ['<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/', '%'],
]
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
  ['undefined', null],
])

/** Throws ScriptError. */
export function readScript(source: string): Script {
  if (source.length > SCRIPT_LENGTH_MAX) throw new ScriptError('too long')
  const reader = new Reader(source)
  const script = reader.expression()
  reader.skip()
  reader.take(';')
  reader.skip()
  if (!reader.isOver()) throw new ScriptError('more than an expression')
  return script
}

class Reader {
  readonly #source: string
  #at = 0
  #depth = 0

  constructor(source: string) {
    this.#source = source
  }

  isOver(): boolean {
    return this.#at >= this.#source.length
  }

  skip(): void {
    for (;;) {
      while (/\s/.test(this.#source[this.#at] ?? '')) this.#at += 1
      if (this.#source.startsWith('//', this.#at)) {
        const end = this.#source.indexOf('\n', this.#at)
        this.#at = end === -1 ? this.#source.length : end
      } else if (this.#source.startsWith('/*', this.#at)) {
        const end = this.#source.indexOf('*/', this.#at)
        this.#at = end === -1 ? this.#source.length : end + 2
      } else return
    }
  }

  /** Moves past the text when it comes next. */
  take(text: string): boolean {
    this.skip()
    if (!this.#source.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  expression(): Script {
    this.#depth += 1
    if (this.#depth > DEPTH_MAX) throw new ScriptError('nested too deep')
    const script = this.#arrow() ?? this.#choice()
    this.#depth -= 1
    return script
  }

  #expect(text: string): void {
    if (!this.take(text)) throw new ScriptError(`expected ${text}`)
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#source)?.[0]
    if (found === undefined) return null
    this.#at += found.length
    return found
  }

  #arrow(): Script | null {
    this.skip()
    const start = this.#at
    const inBrackets = this.take('(')
    this.skip()
    const parameter = this.#match(NAME)
    if (parameter !== null && (!inBrackets || this.take(')')) && this.take('=>')) {
      return { is: 'function', parameter, result: this.expression() }
    }
    this.#at = start
    return null
  }

  #choice(): Script {
    const test = this.#signs(0)
    this.skip()
    if (this.#source.startsWith('??', this.#at) || this.#source.startsWith('?.', this.#at)) return test
    if (!this.take('?')) return test
    const yes = this.expression()
    this.#expect(':')
    return { is: 'choice', test, yes, no: this.expression() }
  }

  #signs(level: number): Script {
    const signs = SIGNS[level]
    if (signs === undefined) return this.#single()
    let left = this.#signs(level + 1)
    for (let count = 0; ; count++) {
      this.skip()
      const sign = signs.find(one => this.#source.startsWith(one, this.#at))
      if (sign === undefined || this.#source.startsWith('=>', this.#at)) return left
      if (count > DEPTH_MAX) throw new ScriptError('too many signs')
      this.#at += sign.length
      left = { is: 'both', sign, left, right: this.#signs(level + 1) }
    }
  }

  #single(): Script {
    this.#depth += 1
    if (this.#depth > DEPTH_MAX) throw new ScriptError('nested too deep')
    const script = this.#signed()
    this.#depth -= 1
    return script
  }

  #signed(): Script {
    if (this.take('!')) return { is: 'not', of: this.#single() }
    if (this.take('-')) return { is: 'minus', of: this.#single() }
    if (this.take('+')) {
      const given = [this.#single()]
      return { is: 'call', of: { is: 'name', name: 'Number' }, given, isNew: false }
    }
    const start = this.#at
    if (this.take('new ')) {
      const made = this.#tail(this.#first(), true)
      return made.is === 'call' ? this.#tail({ ...made, isNew: true }) : this.#refuse(start)
    }
    return this.#tail(this.#first())
  }

  #refuse(at: number): never {
    throw new ScriptError(`unexpected ${this.#source.slice(at, at + 10)}`)
  }

  /** With `once` it ends behind the first call, which belongs to `new`. */
  #tail(first: Script, once = false): Script {
    let script = first
    for (let count = 0; count < 200; count++) {
      this.take('?.')
      if (this.#source[this.#at] === '.' || this.#source[this.#at - 1] === '.') {
        this.take('.')
        this.skip()
        const name = this.#match(NAME)
        if (name !== null) {
          script = { is: 'member', of: script, name }
          continue
        }
      }
      if (this.take('[')) {
        const at = this.expression()
        this.#expect(']')
        const isKey = at.is === 'literal' && (typeof at.value === 'string' || typeof at.value === 'number')
        script = isKey
          ? { is: 'member', of: script, name: at.value as string | number }
          : { is: 'place', of: script, at }
        continue
      }
      if (this.take('(')) {
        script = { is: 'call', of: script, given: this.#list(')'), isNew: false }
        if (once) return script
        continue
      }
      return script
    }
    throw new ScriptError('too long a chain')
  }

  #list(end: string): Script[] {
    const items: Script[] = []
    while (!this.take(end)) {
      items.push(this.expression())
      if (!this.take(',')) {
        this.#expect(end)
        break
      }
      if (items.length > 200) throw new ScriptError('too long a list')
    }
    return items
  }

  #first(): Script {
    this.skip()
    const sign = this.#source[this.#at] ?? ''
    if (sign === '"' || sign === "'") return { is: 'literal', value: this.#quoted(sign) }
    if (sign === '`') return this.#text()
    if (this.take('(')) {
      const inside = this.expression()
      this.#expect(')')
      return inside
    }
    if (this.take('[')) return { is: 'list', items: this.#list(']') }
    if (this.take('{')) return this.#object()
    const number = this.#match(NUMBER)
    if (number !== null) return { is: 'literal', value: Number(number) }
    if (sign === '/') {
      const whole = this.#match(PATTERN)
      const cut = whole?.lastIndexOf('/') ?? -1
      if (whole === null) this.#refuse(this.#at)
      return { is: 'pattern', source: whole.slice(1, cut), flags: whole.slice(cut + 1) }
    }
    const name = this.#match(NAME)
    if (name === null) this.#refuse(this.#at)
    const word = WORDS.get(name)
    return word === undefined ? { is: 'name', name } : { is: 'literal', value: word }
  }

  #object(): Script {
    const members: { name: string; value: Script }[] = []
    while (!this.take('}')) {
      this.skip()
      const sign = this.#source[this.#at] ?? ''
      const name = sign === '"' || sign === "'" ? this.#quoted(sign) : this.#match(NAME)
      if (name === null) this.#refuse(this.#at)
      const value: Script = this.take(':') ? this.expression() : { is: 'name', name }
      members.push({ name, value })
      if (this.take(',')) continue
      this.#expect('}')
      break
    }
    return { is: 'object', members }
  }

  #quoted(quote: string): string {
    let text = ''
    for (this.#at += 1; ; this.#at++) {
      const sign = this.#source[this.#at]
      if (sign === undefined) throw new ScriptError('never closed')
      if (sign === quote) {
        this.#at += 1
        return text
      }
      text += sign === '\\' ? this.#escape() : sign
    }
  }

  /** Stands at the backslash, and afterwards at the last sign of what it begins. */
  #escape(): string {
    this.#at += 1
    const sign = this.#source[this.#at] ?? ''
    if (sign !== 'u' && sign !== 'x') return ESCAPES[sign] ?? sign
    const digits = this.#source.slice(this.#at + 1).match(sign === 'u' ? /^[\da-f]{4}/i : /^[\da-f]{2}/i)?.[0]
    if (digits === undefined) throw new ScriptError('an escape of another kind')
    this.#at += digits.length
    return String.fromCharCode(Number.parseInt(digits, 16))
  }

  #text(): Script {
    const parts: (string | Script)[] = []
    let text = ''
    for (this.#at += 1; ; this.#at++) {
      const sign = this.#source[this.#at]
      if (sign === undefined) throw new ScriptError('never closed')
      if (sign === '`') {
        this.#at += 1
        if (text !== '') parts.push(text)
        return { is: 'text', parts }
      }
      if (sign === '$' && this.#source[this.#at + 1] === '{') {
        if (text !== '') parts.push(text)
        text = ''
        this.#at += 2
        parts.push(this.expression())
        this.skip()
        if (this.#source[this.#at] !== '}') throw new ScriptError('never closed')
      } else text += sign === '\\' ? this.#escape() : sign
    }
  }
}
