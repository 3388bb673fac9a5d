/** What turning one step of n8n into a node has to hand, and what it notes on the way. Browser-safe. */

import type { Path } from '#platform/contract/plain-data.ts'
import type { NamedValue } from '../nodes/named-values.ts'
import { checkTemplate } from '../template.ts'
import { isPlainScript, itemCode, prelude, stepsCode, withoutComments } from './code-frame.ts'
import { meaning, type Names, translated } from './expression.ts'
import { type Item, itemAt, pathText, recordAt, Untranslatable, valuesIn } from './item.ts'
import { at, type N8nNode, textOf } from './n8n-file.ts'
import { readScript, SCRIPT_LENGTH_MAX, type Script, ScriptError } from './script.ts'
import {
  alternating,
  jsonTemplate,
  literal,
  piped,
  placeholder,
  plainText,
  type Scalar,
  simple,
  type Term,
  template,
} from './term.ts'

/** What a step becomes. */
export interface Mapped {
  readonly type: string
  readonly config: Readonly<Record<string, unknown>>
  /** The exits by their place among the outputs in n8n. */
  readonly exits: readonly string[]
  /** What steps behind it read as `$json`. */
  readonly item: Item
  /** What they read behind one of its outputs, where that differs. */
  readonly itemOf?: (output: number) => Item
  /** A list of which every entry is an item of its own; what follows is then done for each. */
  readonly list?: { readonly at: Path; readonly entry: (loop: string) => Item }
  /** Whether what leaves by its first exit runs in rounds. */
  readonly timeoutMs?: number
}

/** The step is kept as it was; the message says why, as a sentence. */
export class Unmapped extends Error {}

export interface Around extends Names {
  readonly node: N8nNode
  readonly id: string
  /** What comes by each input. */
  readonly inputs: readonly Item[]
  /** Where the items stand as a list, when they do. */
  readonly inputList: Path | null
  /** How many outputs of the step lead somewhere. */
  readonly outputs: number
}

export class Translation {
  readonly changes: string[] = []
  readonly todo: string[] = []
  /** Values that have to be made by a step before, because nothing in this one can. */
  readonly before: NamedValue[] = []
  /** JavaScript whose values are made by code before this step. */
  readonly scripts: string[] = []
  readonly around: Around
  /** Whether code could be given the whole item. */
  readonly #isSmall: boolean

  constructor(around: Around) {
    this.around = around
    this.#isSmall = valuesIn(around.input) <= CODED_MAX
  }

  get node(): N8nNode {
    return this.around.node
  }

  get id(): string {
    return this.around.id
  }

  /** What stands under a path of the step's parameters. */
  get(path: string, other: unknown = undefined): unknown {
    return at(this.node.parameters, path) ?? other
  }

  /** A word out of a list of the step's settings. Throws Unmapped when it is worked out. */
  word(path: string, other = ''): string {
    const value = this.get(path, other)
    if (isExpression(value)) throw new Unmapped(`Its setting "${path}" is worked out while it runs.`)
    return typeof value === 'boolean' ? String(value) : textOf(value)
  }

  /** What differs from n8n, once. */
  differs(change: string): void {
    if (!this.changes.includes(change)) this.changes.push(change)
  }

  needs(todo: string): void {
    if (!this.todo.includes(todo)) this.todo.push(todo)
  }

  /** A setting as a text with placeholders. */
  text(value: unknown): string {
    if (typeof value === 'string')
      return isExpression(value) ? this.#pieces(value).join('') : plainText(value)
    if (value === null || value === undefined) return ''
    return plainText(typeof value === 'object' ? JSON.stringify(value) : String(value))
  }

  /** A setting as a value that keeps its type. */
  value(value: unknown): Scalar {
    if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
    if (value === undefined) return null
    if (typeof value === 'object') return this.data(value)
    const text = textOf(value)
    const only = onlyExpression(text)
    if (only === null) return this.text(text)
    return this.#translate(only, term => scalarOf(term) ?? template(term))
  }

  /** A setting that holds data as text or as it is: an object or a list. */
  data(value: unknown): Scalar {
    if (typeof value === 'string' && isExpression(value)) return this.value(value)
    const json = typeof value === 'string' ? value : JSON.stringify(value)
    return json.trim() === '' ? null : `{{ ${placeholder({ ...literal(json), filters: ['from_json'] })} }}`
  }

  /** A setting as the JSON of a request. */
  json(value: unknown): string {
    if (typeof value !== 'string') return plainText(JSON.stringify(value ?? {}))
    const only = onlyExpression(value)
    return only === null ? this.text(value) : this.#translate(only, term => jsonTemplate(term))
  }

  /** One entry of a JSON text: the value between its signs. */
  jsonValue(value: unknown): string {
    const made = this.value(value)
    if (typeof made !== 'string') return JSON.stringify(made)
    return /^\{\{[^{}]*\}\}$/.test(made) && checkTemplate(made).length === 0
      ? made
      : `"${escapedAround(made)}"`
  }

  /** What a part of an expression gives, as a value that keeps its type. Throws Untranslatable. */
  valueOf(script: Script): Scalar {
    const term = meaning(script, this.around)
    return scalarOf(term) ?? template(term)
  }

  /** The tree of a setting that is one expression; null for anything else. */
  script(value: unknown): Script | null {
    const only = typeof value === 'string' ? onlyExpression(value) : null
    if (only === null) return null
    try {
      return readScript(only)
    } catch (error) {
      if (error instanceof ScriptError) return null
      throw error
    }
  }

  /** The path of a value that conditions read; a value that has none is made by a step before. Throws Untranslatable. */
  fieldOf(script: Script): string {
    const value = piped(meaning(script, this.around))
    const path = 'places' in value.from ? simple(value) : null
    if (path !== null && path.length <= 200) return path
    return this.made(template(value))
  }

  /** The path of a value that a step before makes of a template. */
  made(text: Scalar): string {
    const known = this.before.find(({ value }) => value === text)
    const name = known?.name ?? `value_${this.before.length + 1}`
    if (known === undefined) this.before.push({ name, value: text })
    return pathText(['nodes', `${this.id}-values`, name])
  }

  /** The items as a list, for steps that work on all of them. */
  listText(...filters: readonly string[]): string {
    return `{{ ${[this.#listFrom(), ...filters].join(' | ')} }}`
  }

  #listFrom(): string {
    const { inputList } = this.around
    if (inputList !== null) return pathText(inputList)
    const whole = this.#whole()
    this.differs('It takes what comes as a list, or as the only item.')
    return `"[]" | from_json | concat: ${whole}`
  }

  #whole(): string {
    try {
      const path = simple(piped({ is: 'item', item: this.around.input, path: [] }))
      if (path !== null) return path
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error
    }
    const made = this.coded('$json')
    if (made === null) throw new Untranslatable('a whole item that several steps made together')
    return made
  }

  /** A member of the item by the name that n8n writes without an expression, such as `address.city`. */
  member(name: string): string {
    return template({ is: 'item', item: this.around.input, path: memberPath(name) })
  }

  #pieces(text: string): string[] {
    return segments(text.slice(1)).map(piece =>
      'plain' in piece ? plainText(piece.plain) : this.#translate(piece.script, template),
    )
  }

  #translate<T>(source: string, write: (term: Term) => T): T | string {
    try {
      return write(translated(source, this.around))
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error
      const made = this.coded(source)
      return made === null ? this.broken(source, error) : `{{ ${made} }}`
    }
  }

  /** The path of a value that the sandbox works out before the step; null when that cannot be. */
  coded(source: string): string | null {
    if (source.length > SCRIPT_LENGTH_MAX) return null
    const script = withoutComments(source).trim()
    if (script === '' || this.scripts.length >= CODED_MAX || !this.#isSmall || !isPlainScript(script))
      return null
    try {
      const inputs: NamedValue[] = []
      stepsCode([...this.scripts, script].join('\n'), name => this.around.step(name), inputs)
      itemCode(this.around.input, 'item', inputs)
      if (inputs.length > CODED_MAX) return null
    } catch (error) {
      if (error instanceof Untranslatable) return null
      throw error
    }
    const known = this.scripts.indexOf(script)
    if (known === -1) this.scripts.push(script)
    this.differs(
      'A step before it works out values by code, in the sandbox, which an organization has to switch on.',
    )
    return pathText(['nodes', `${this.id}-code`, `value_${known === -1 ? this.scripts.length : known + 1}`])
  }

  /** The settings of the code before this step. */
  codeBefore(): Readonly<Record<string, unknown>> {
    const inputs: NamedValue[] = []
    const steps = stepsCode(this.scripts.join('\n'), name => this.around.step(name), inputs)
    const item = itemCode(this.around.input, 'item', inputs)
    const values = this.scripts.map((script, index) => `  value_${index + 1}: (${script}),`)
    const source = [
      ...prelude(`[{ json: copied(${item}) }]`, steps),
      'const $json = items[0].json',
      'const $input = entry(items, items[0])',
      'const [$itemIndex, $runIndex] = [0, 0]',
      'return {',
      ...values,
      '}',
    ]
    return { source: source.join('\n'), inputs, timeoutMs: 5_000 }
  }

  /** The expression as it was, in a way that no template can be, so that it is seen and cannot be published. */
  broken(source: string, { message }: Untranslatable): string {
    const shown = source.trim().replace(/\s+/g, ' ')
    const cut = shown.length > 120 ? `${shown.slice(0, 119)}…` : shown
    this.needs(`Write {{ ${cut} }} anew: it has ${message}.`)
    const text = `{{ ${source.trim().replaceAll('}}', '} }')} }}`
    return checkTemplate(text).length > 0 ? text : `{{ = ${source.trim()} }}`
  }
}

export function isExpression(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('=')
}

/** The path n8n means by a name with dots and places. */
export function memberPath(name: string): Path {
  return name
    .replace(/\[(?:"([^"]*)"|'([^']*)'|(\d+))\]/g, (_all, a, b, c) => `.${a ?? b ?? c}`)
    .split('.')
    .filter(part => part !== '')
    .map(part => (/^\d{1,9}$/.test(part) ? Number(part) : part))
}

/** The expression when the setting is nothing but one. */
export function onlyExpression(value: string): string | null {
  if (!isExpression(value)) return null
  const pieces = segments(value.slice(1)).filter(piece => !('plain' in piece) || piece.plain.trim() !== '')
  const [only, ...more] = pieces
  return only !== undefined && 'script' in only && more.length === 0 ? only.script : null
}

type Segment = { readonly plain: string } | { readonly script: string }

const SEGMENTS_MAX = 500
/** As many values as a step of code takes. */
const CODED_MAX = 50

/** The pieces of a text with expressions. An expression ends at the first braces behind which it can be read. */
export function segments(text: string): Segment[] {
  const found: Segment[] = []
  let from = 0
  while (from < text.length && found.length < SEGMENTS_MAX) {
    const open = text.indexOf('{{', from)
    const first = open === -1 ? -1 : text.indexOf('}}', open + 2)
    if (first === -1) break
    if (open > from) found.push({ plain: text.slice(from, open) })
    const close = closing(text, open + 2, first)
    found.push({ script: text.slice(open + 2, close) })
    from = close + 2
  }
  if (from < text.length) found.push({ plain: text.slice(from) })
  return found
}

function closing(text: string, from: number, first: number): number {
  let close = first
  for (let tries = 0; close !== -1 && tries < 8; tries++) {
    try {
      readScript(text.slice(from, close))
      return close
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error
      close = text.indexOf('}}', close + 1)
    }
  }
  return first
}

function scalarOf(term: Term): Scalar | undefined {
  if (term.is !== 'piped' || term.filters.length > 0 || !('literal' in term.from)) return undefined
  const { literal: value } = term.from
  return typeof value === 'string' ? plainText(value) : value
}

/** A text with placeholders put between the quotes of JSON; what is inside the placeholders stays as it is. */
function escapedAround(text: string): string {
  return alternating(text)
    .map((piece, index) => (index % 2 === 1 ? piece : JSON.stringify(piece).slice(1, -1)))
    .join('')
}

/** What a node gives as its output, as the item of those behind it. */
export function outputOf(id: string, ...path: Path): Item {
  return itemAt('nodes', id, ...path)
}

/** The members a node keeps under names of its own. */
export function membersOf(id: string, names: ReadonlyMap<string, string>): Item {
  const members = [...names].map(([name, own]) => ({ name: memberPath(name), at: ['nodes', id, own] }))
  const isSame = [...names].every(([name, own]) => name === own)
  return recordAt(isSame ? ['nodes', id] : null, members)
}

/** A name that values may have here, different from those in `taken`. */
export function ownName(name: string, taken: ReadonlySet<string>): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^(?=\d)/, '_')
    .slice(0, 56)
  const base = plain === '' || /^(?:constructor|prototype|__proto__)$/.test(plain) ? 'value' : plain
  let made = base
  for (let number = 2; taken.has(made); number++) made = `${base}_${number}`
  return made
}
