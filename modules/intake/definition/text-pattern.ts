/** The longest expression, in characters. */
export const PATTERN_MAX = 200
/** The longest text an expression is held against, in characters. */
export const PATTERN_TEXT_MAX = 500
/** How many steps an expression may come to, its repetitions written out. */
const STEPS_MAX = 400
const VISITED_MAX = 4 * STEPS_MAX
const TOO_LONG = 'This is too long with its repetitions written out.'

/** Whether a sign, a code point as text, is one of those a step takes. */
type Takes = (sign: string) => boolean

type Node =
  | { readonly kind: 'sign'; readonly takes: Takes }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly of: Node; readonly min: number; readonly max: number }

type Step = { readonly takes: Takes; readonly next: number } | { readonly ways: number[] } | 'end'

class PatternError extends Error {}

/**
 * Whether the whole text looks like an expression. All ways through it are followed at once, one sign after the other, so
 * it takes at most 500 times 400 steps whatever the expression and the text are: the expressions are those of whoever
 * makes a form, the texts are anybody's, and a matcher that goes back would let them stop a process for hours.
 * Throws for an expression with a problem; a text of more than 500 characters does not match.
 */
export function matchesPattern(expression: string, text: string): boolean {
  const steps = compile(parse(expression))
  if (text.length > PATTERN_TEXT_MAX) return false
  const seen = new Int32Array(steps.length)
  let round = 1
  let at = reached(steps, [0], seen, round)
  for (const sign of text) {
    const next: number[] = []
    for (const index of at) {
      const step = steps[index]
      if (typeof step === 'object' && 'takes' in step && step.takes(sign)) next.push(step.next)
    }
    if (next.length === 0) return false
    round += 1
    at = reached(steps, next, seen, round)
  }
  return at.some(index => steps[index] === 'end')
}

/** What is wrong with an expression, in words, or null. */
export function patternProblem(expression: string): string | null {
  try {
    compile(parse(expression))
    return null
  } catch (error) {
    if (error instanceof PatternError) return error.message
    throw error
  }
}

/** All steps that are come to without taking a sign. `seen` holds the round in which each was come to last. */
function reached(steps: readonly Step[], open: number[], seen: Int32Array, round: number): readonly number[] {
  const found: number[] = []
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (seen[index] === round) continue
    seen[index] = round
    const step = steps[index]
    if (typeof step === 'object' && 'ways' in step) open.push(...step.ways)
    else found.push(index)
  }
  return found
}

function compile(node: Node): readonly Step[] {
  const steps: Step[] = []
  const add = (step: Step): number => {
    if (steps.length >= STEPS_MAX) throw new PatternError(TOO_LONG)
    return steps.push(step) - 1
  }
  // Repetitions of nothing come to no step, so what is gone through is counted too.
  let visited = 0
  /** Appends a node; whoever comes to its end goes on with the step after it. */
  const append = (part: Node): void => {
    visited += 1
    if (visited > VISITED_MAX) throw new PatternError(TOO_LONG)
    switch (part.kind) {
      case 'sign':
        add({ takes: part.takes, next: steps.length + 1 })
        return
      case 'sequence':
        for (const each of part.parts) append(each)
        return
      case 'choice': {
        const fork = { ways: [] as number[] }
        add(fork)
        const ends = part.parts.map(each => {
          fork.ways.push(steps.length)
          append(each)
          const end = { ways: [] as number[] }
          add(end)
          return end
        })
        for (const end of ends) end.ways.push(steps.length)
        return
      }
      case 'repeat':
        repeat(part)
    }
  }
  const repeat = ({ of, min, max }: Extract<Node, { kind: 'repeat' }>): void => {
    for (let times = 0; times < min; times++) append(of)
    if (max === Number.POSITIVE_INFINITY) {
      const fork = { ways: [] as number[] }
      const start = add(fork)
      append(of)
      add({ ways: [start] })
      fork.ways.push(start + 1, steps.length)
      return
    }
    const forks = Array.from({ length: max - min }, () => {
      const fork = { ways: [] as number[] }
      fork.ways.push(add(fork) + 1)
      append(of)
      return fork
    })
    for (const fork of forks) fork.ways.push(steps.length)
  }
  append(node)
  add('end')
  return steps
}

const DIGIT: Takes = sign => sign >= '0' && sign <= '9'
const WORD: Takes = sign => /^\w$/.test(sign)
const SPACE: Takes = sign => /^\s$/.test(sign)
const not =
  (takes: Takes): Takes =>
  sign =>
    !takes(sign)
const CLASSES: Readonly<Record<string, Takes>> = {
  d: DIGIT,
  D: not(DIGIT),
  w: WORD,
  W: not(WORD),
  s: SPACE,
  S: not(SPACE),
}
/** Letters, capital and small ones, digits and other numbers, and marks, of all scripts. */
const PROPERTIES: Readonly<Record<string, Takes>> = {
  L: sign => /^\p{L}$/u.test(sign),
  Lu: sign => /^\p{Lu}$/u.test(sign),
  Ll: sign => /^\p{Ll}$/u.test(sign),
  N: sign => /^\p{N}$/u.test(sign),
  M: sign => /^\p{M}$/u.test(sign),
}

function parse(expression: string): Node {
  const parser = new Parser([...expression.replace(/^\^/, '').replace(/(?<!\\)\$$/, '')])
  return parser.whole()
}

class Parser {
  #at = 0
  readonly #signs: readonly string[]
  constructor(signs: readonly string[]) {
    this.#signs = signs
  }

  whole(): Node {
    const node = this.#choice(0)
    if (this.#at < this.#signs.length) throw new PatternError('A closing bracket has no opening one.')
    return node
  }

  #peek(): string | undefined {
    return this.#signs[this.#at]
  }

  #take(): string {
    const sign = this.#signs[this.#at++]
    if (sign === undefined) throw new PatternError('The expression ends too early.')
    return sign
  }

  #takes(sign: string): boolean {
    if (this.#peek() !== sign) return false
    this.#at += 1
    return true
  }

  #choice(depth: number): Node {
    if (depth > 20) throw new PatternError('There are too many brackets in brackets.')
    const parts = [this.#sequence(depth)]
    while (this.#takes('|')) parts.push(this.#sequence(depth))
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'choice', parts }
  }

  #sequence(depth: number): Node {
    const parts: Node[] = []
    for (let sign = this.#peek(); sign !== undefined && sign !== '|' && sign !== ')'; sign = this.#peek()) {
      parts.push(this.#repeated(this.#atom(depth)))
    }
    return { kind: 'sequence', parts }
  }

  #atom(depth: number): Node {
    const sign = this.#take()
    switch (sign) {
      case '(': {
        if (this.#takes('?') && !this.#takes(':')) {
          throw new PatternError('Brackets that begin with (? are not supported, other than (?:.')
        }
        const inner = this.#choice(depth + 1)
        if (!this.#takes(')')) throw new PatternError('An opening bracket has no closing one.')
        return inner
      }
      case '[':
        return { kind: 'sign', takes: this.#set() }
      case '.':
        return { kind: 'sign', takes: other => other !== '\n' && other !== '\r' }
      case '\\':
        return { kind: 'sign', takes: takesOf(this.#escape()) }
      case '^':
      case '$':
        throw new PatternError(`The whole answer is compared, so ${sign} has nothing to say here.`)
      case '*':
      case '+':
      case '?':
      case '{':
        throw new PatternError(
          `There is nothing that ${sign} could repeat. Write \\${sign} for the sign itself.`,
        )
      default:
        return { kind: 'sign', takes: other => other === sign }
    }
  }

  #repeated(of: Node): Node {
    const [min, max] = this.#times()
    if (min === 1 && max === 1) return of
    // The whole text has to fit, so it makes no difference which way is tried first.
    this.#takes('?')
    if (['*', '+', '?', '{'].includes(this.#peek() ?? '')) {
      throw new PatternError('A repetition cannot be repeated. Put it in brackets.')
    }
    return { kind: 'repeat', of, min, max }
  }

  #times(): readonly [number, number] {
    if (this.#takes('*')) return [0, Number.POSITIVE_INFINITY]
    if (this.#takes('+')) return [1, Number.POSITIVE_INFINITY]
    if (this.#takes('?')) return [0, 1]
    if (!this.#takes('{')) return [1, 1]
    let text = ''
    while (!this.#takes('}')) text += this.#take()
    const [, low, comma, high] = /^(\d{1,3})(?:(,)(\d{1,3})?)?$/.exec(text) ?? []
    if (low === undefined) throw new PatternError('Write repetitions like {3}, {3,} or {3,5}.')
    const min = Number(low)
    const max = comma === undefined ? min : high === undefined ? Number.POSITIVE_INFINITY : Number(high)
    if (max < min || max === 0) throw new PatternError('A repetition ends before it begins.')
    return [min, max]
  }

  /** What a backslash stands for: a sign or several. */
  #escape(): string | Takes {
    const sign = this.#take()
    const known = Object.hasOwn(CLASSES, sign) ? CLASSES[sign] : undefined
    if (known) return known
    if (sign === 'p' || sign === 'P') {
      const named = /^\{(\w{1,2})\}/.exec(this.#signs.slice(this.#at, this.#at + 4).join(''))
      const takes =
        named?.[1] !== undefined && Object.hasOwn(PROPERTIES, named[1]) ? PROPERTIES[named[1]] : undefined
      if (!named || !takes) throw new PatternError('Known are \\p{L}, \\p{Lu}, \\p{Ll}, \\p{M} and \\p{N}.')
      this.#at += named[0].length
      return sign === 'p' ? takes : not(takes)
    }
    if (sign === 't') return '\t'
    if (sign === 'n') return '\n'
    if (/[\p{L}\p{N}]/u.test(sign)) throw new PatternError(`\\${sign} is not supported.`)
    return sign
  }

  #set(): Takes {
    const isNegative = this.#takes('^')
    const parts: Takes[] = []
    while (parts.length === 0 || this.#peek() !== ']') {
      if (this.#peek() === ']') throw new PatternError('There is nothing in the square brackets.')
      parts.push(this.#member())
    }
    this.#take()
    const any: Takes = sign => parts.some(takes => takes(sign))
    return isNegative ? not(any) : any
  }

  /** One sign of a set, a range of them, or a class. */
  #member(): Takes {
    const low = this.#memberSign()
    if (this.#peek() !== '-' || this.#signs[this.#at + 1] === ']') return takesOf(low)
    this.#take()
    const high = this.#memberSign()
    if (typeof low !== 'string' || typeof high !== 'string') {
      throw new PatternError('A range leads from one sign to another, like a-z.')
    }
    const [from = 0, to = 0] = [low.codePointAt(0), high.codePointAt(0)]
    if (to < from) throw new PatternError('A range ends before it begins.')
    return sign => {
      const point = sign.codePointAt(0) ?? 0
      return point >= from && point <= to
    }
  }

  #memberSign(): string | Takes {
    const sign = this.#take()
    return sign === '\\' ? this.#escape() : sign
  }
}

function takesOf(one: string | Takes): Takes {
  return typeof one === 'string' ? sign => sign === one : one
}
