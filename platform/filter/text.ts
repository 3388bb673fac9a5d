import { type FilterFields, OPERATORS } from '../contract/filter.ts'
import { fault } from '../http/fault.ts'

// `any := all ("|" all)*`, `all := unit (";" unit)*`, `unit := "(" any ")" | field ":" op [":" value ("," value)*]`.
const TOKEN = /\s*(?:([;|(),])|"((?:[^"\\]|\\.)*)"|([^;|(),"]+))/uy
const DEPTH_MAX = 20

interface Token {
  readonly kind: 'mark' | 'quoted' | 'bare'
  readonly text: string
  readonly at: number
}

/**
 * The JSON form of a filter that was written as text: `status:in:NEW,CONTACTED;(score:gte:50|name:contains:"a, b")`. Values
 * get the type of their field. What the conditions say is not checked here. Throws `request.invalid` with the place.
 */
export function parseFilterText(text: string, fields: FilterFields): unknown {
  const reader = { tokens: tokensOf(text), next: 0, end: text.length }
  const filter = readAny(reader, fields, 0)
  const rest = reader.tokens[reader.next]
  if (rest) throw unexpected(rest.at, 'Nothing more was expected')
  return filter
}

function unexpected(at: number, what: string) {
  return fault('/filter', 'invalid_syntax', `${what} at character ${at + 1}.`)
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < text.length; ) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(text)
    if (!match) {
      if (text.slice(at).trim() === '') break
      throw unexpected(at, 'A quotation mark is not closed')
    }
    const [whole, mark, quoted, bare] = match
    if (mark !== undefined) tokens.push({ kind: 'mark', text: mark, at })
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted.replace(/\\(.)/gu, '$1'), at })
    else if (bare?.trim()) tokens.push({ kind: 'bare', text: bare.trim(), at })
    at += whole.length
  }
  return tokens
}

interface Reader {
  readonly tokens: readonly Token[]
  next: number
  readonly end: number
}

function takes(reader: Reader, mark: string): boolean {
  const token = reader.tokens[reader.next]
  if (token?.kind !== 'mark' || token.text !== mark) return false
  reader.next++
  return true
}

function readAny(reader: Reader, fields: FilterFields, depth: number): unknown {
  const parts = [readAll(reader, fields, depth)]
  while (takes(reader, '|')) parts.push(readAll(reader, fields, depth))
  return parts.length === 1 ? parts[0] : { any: parts }
}

function readAll(reader: Reader, fields: FilterFields, depth: number): unknown {
  const parts = [readUnit(reader, fields, depth)]
  while (takes(reader, ';')) parts.push(readUnit(reader, fields, depth))
  return parts.length === 1 ? parts[0] : { all: parts }
}

function readUnit(reader: Reader, fields: FilterFields, depth: number): unknown {
  const token = reader.tokens[reader.next]
  if (takes(reader, '(')) {
    if (depth >= DEPTH_MAX) throw unexpected(token?.at ?? 0, 'There are too many parentheses')
    const inner = readAny(reader, fields, depth + 1)
    if (!takes(reader, ')')) throw unexpected(reader.tokens[reader.next]?.at ?? reader.end, 'A ) is missing')
    return inner
  }
  if (token?.kind !== 'bare')
    throw unexpected(token?.at ?? reader.end, 'A condition like status:is:NEW is missing')
  reader.next++
  return conditionOf(reader, token, fields)
}

function conditionOf(reader: Reader, head: Token, fields: FilterFields): unknown {
  const [, field = '', op = '', first] = /^([^:]*):([^:]*)(?::([\s\S]*))?$/u.exec(head.text) ?? []
  if (field === '') throw unexpected(head.at, 'A condition like status:is:NEW is missing')
  const values: string[] = first === undefined || first === '' ? [] : [first]
  const quoted = reader.tokens[reader.next]
  if (first === '' && quoted?.kind === 'quoted') {
    values.push(quoted.text)
    reader.next++
  }
  while (values.length > 0 && takes(reader, ',')) {
    const token = reader.tokens[reader.next]
    if (!token || token.kind === 'mark') throw unexpected(token?.at ?? reader.end, 'A value is missing')
    values.push(token.text)
    reader.next++
  }
  const type = Object.hasOwn(fields, field) ? fields[field]?.type : undefined
  const typed = values.map(value => typedValue(type, value))
  const operands = type && Object.hasOwn(OPERATORS[type], op) ? OPERATORS[type][op] : 'one'
  if (typed.length === 0) return { field, op }
  if (operands === 'none' || operands === 'one')
    return { field, op, value: typed.length === 1 ? typed[0] : typed }
  return { field, op, value: typed }
}

function typedValue(type: string | undefined, text: string): unknown {
  if (type === 'number') return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/iu.test(text) ? Number(text) : text
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  if (type === 'money') {
    const [, amount, currency] = /^(-?\d{1,16}) ?([A-Z]{3})$/u.exec(text) ?? []
    return amount === undefined ? text : { amount: Number(amount), currency }
  }
  return text
}
