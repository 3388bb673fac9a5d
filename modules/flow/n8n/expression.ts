/** What a tree of JavaScript means in templates, as far as it means something there. Browser-safe. */

import type { Path } from '#platform/contract/plain-data.ts'
import { type Item, Untranslatable } from './item.ts'
import { call } from './methods.ts'
import { readScript, type Script, ScriptError } from './script.ts'
import { literal, piped, reading, type Term, withFilter } from './term.ts'

/** What names in an expression stand for. */
export interface Names {
  /** What `$json` is. */
  readonly input: Item
  /** What the named step gives; null when there is no such step. */
  step(name: string): Item | null
  readonly timeZone: string | null
  readonly workflow: string
  /** Where the place of the current round is, inside a loop. */
  readonly index: Path | null
}

/** Throws Untranslatable, which says what has no counterpart. */
export function translated(source: string, names: Names): Term {
  let script: Script
  try {
    script = readScript(source)
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error
    throw new Untranslatable('code of its own')
  }
  return meaning(script, names)
}

export function meaning(script: Script, names: Names): Term {
  switch (script.is) {
    case 'literal':
      return literal(script.value)
    case 'text':
      return {
        is: 'text',
        parts: script.parts.map(part => (typeof part === 'string' ? part : meaning(part, names))),
      }
    case 'list':
      return { is: 'list', items: script.items.map(item => meaning(item, names)) }
    case 'object':
      return {
        is: 'object',
        members: script.members.map(({ name, value }) => ({ name, value: meaning(value, names) })),
      }
    case 'name':
      return named(script.name, names)
    case 'member':
      return member(script.of, script.name, names)
    case 'place':
      return withFilter(meaning(script.of, names), 'get', meaning(script.at, names))
    case 'call':
      return call(script, names)
    case 'not':
      return withFilter(meaning(script.of, names), 'choose', literal(false), literal(true))
    case 'minus':
      return script.of.is === 'literal' && typeof script.of.value === 'number'
        ? literal(-script.of.value)
        : withFilter(meaning(script.of, names), 'times', literal(-1))
    case 'both':
      return both(script.sign, script.left, script.right, names)
    case 'choice':
      return choice(script, names)
    default:
      throw new Untranslatable('a function of its own')
  }
}

const REFUSED: Readonly<Record<string, string>> = {
  $binary: 'a file',
  $env: 'a variable of the server',
  $vars: 'a variable of n8n',
  $secrets: 'a secret of n8n',
  $parameter: 'its own settings',
  $response: 'the pages of an answer',
  $pageCount: 'the pages of an answer',
  $fromAI: 'a value that a model chooses',
  $fromai: 'a value that a model chooses',
  $jmespath: 'a query in JMESPath',
}

function named(name: string, names: Names): Term {
  switch (name) {
    case '$json':
      return { is: 'item', item: names.input, path: [] }
    case '$input':
    case '$item':
      return { is: 'step', item: names.input, isEntry: false }
    case '$now':
      return { ...reading(['now']), zone: names.timeZone }
    case '$today': {
      const zone = names.timeZone === null ? [] : [literal(names.timeZone)]
      return { ...withFilter(reading(['now']), 'start_of', literal('day'), ...zone), zone: names.timeZone }
    }
    case '$itemIndex':
    case '$runIndex':
    case '$position':
      return names.index === null ? literal(0) : reading(names.index)
    default:
      throw new Untranslatable(REFUSED[name] ?? `"${name.slice(0, 40)}"`)
  }
}

function member(of: Script, name: string | number, names: Names): Term {
  if (of.is === 'name') {
    if (of.name === '$node') return stepNamed(String(name), names)
    if (of.name === '$execution' && name === 'id') return reading(['run', 'id'])
    if (of.name === '$workflow' && name === 'name') return literal(names.workflow)
    if (REFUSED[of.name] !== undefined) throw new Untranslatable(REFUSED[of.name])
    if (of.name === '$execution' || of.name === '$workflow')
      throw new Untranslatable(`"${of.name}.${String(name)}"`)
  }
  if (of.is === 'member' && of.name === '$node' && isOfItem(of.of)) return stepNamed(String(name), names)
  const whole = meaning(of, names)
  switch (whole.is) {
    case 'item':
      if (name === 'length') return withFilter(whole, 'size')
      return { ...whole, path: [...whole.path, name] }
    case 'step':
      if (name === 'item' || (whole.isEntry && name === 0)) return { ...whole, isEntry: true }
      if (name === 'json') return { is: 'item', item: whole.item, path: [] }
      throw new Untranslatable(`"${String(name)}" of a step`)
    default:
  }
  if (name === 'length') return withFilter(whole, 'size')
  const value = piped(whole)
  if (value.zone !== null || isNow(value)) return datePart(value, String(name))
  if ('places' in value.from && value.filters.length === 0)
    return reading(...value.from.places.map(place => [...place, name]))
  return typeof name === 'number'
    ? withFilter(value, 'at', literal(name))
    : withFilter(value, 'get', literal(name))
}

/** The old way to name a step, `$item("0").$node["Name"]`. */
function isOfItem(script: Script): boolean {
  return script.is === 'call' && script.of.is === 'name' && script.of.name === '$item'
}

function isNow(value: Term & { is: 'piped' }): boolean {
  return 'places' in value.from && value.from.places.length === 1 && value.from.places[0]?.join() === 'now'
}

const DATE_PARTS: Readonly<Record<string, string>> = {
  year: 'YYYY',
  month: 'M',
  day: 'D',
  hour: 'H',
  minute: 'm',
  second: 's',
}

function datePart(value: Term & { is: 'piped' }, name: string): Term {
  const zone = value.zone === null ? [] : [literal(value.zone)]
  if (name === 'weekday') return withFilter(value, 'weekday_number', ...zone)
  if (name === 'ts') return withFilter(value, 'timestamp')
  const format = DATE_PARTS[name]
  if (format === undefined) throw new Untranslatable(`"${name.slice(0, 40)}" of a date`)
  return withFilter(withFilter(value, 'date', literal(format), ...zone), 'to_number')
}

/** Throws Untranslatable when there is no such step. */
export function stepNamed(name: string, names: Names): Term {
  const item = names.step(name)
  if (item === null) throw new Untranslatable(`a step "${name.slice(0, 60)}" that is not in the file`)
  return { is: 'step', item, isEntry: false }
}

const SUMS: Readonly<Record<string, string>> = { '-': 'minus', '*': 'times', '/': 'divided_by', '%': 'mod' }

function both(sign: string, left: Script, right: Script, names: Names): Term {
  if (sign === '+') return added(left, right, names)
  const filter = SUMS[sign]
  if (filter !== undefined) return withFilter(meaning(left, names), filter, meaning(right, names))
  if (sign === '||' || sign === '??')
    return withFilter(meaning(left, names), 'default', meaning(right, names))
  throw new Untranslatable('a comparison inside a value')
}

/** In JavaScript + joins texts and adds numbers; which one it is has to be seen without running it. */
function added(left: Script, right: Script, names: Names): Term {
  const [a, b] = [meaning(left, names), meaning(right, names)]
  if (isText(a) || isText(b)) {
    const parts = (term: Term): readonly (string | Term)[] => (term.is === 'text' ? term.parts : [term])
    return { is: 'text', parts: [...parts(a), ...parts(b)] }
  }
  if (isNumber(a) || isNumber(b)) return isNumber(b) ? withFilter(a, 'plus', b) : withFilter(b, 'plus', a)
  throw new Untranslatable('a + of which it cannot be seen whether it joins or adds')
}

const TEXT_FILTERS = /^(?:upper|lower|trim|date|append|prepend|replace|remove|join|json|title|capitalize)\b/
const NUMBER_FILTERS =
  /^(?:plus|minus|times|divided_by|mod|round|floor|ceil|abs|to_number|size|sum|timestamp)\b/

function isText(term: Term): boolean {
  if (term.is === 'text') return true
  if (term.is !== 'piped') return false
  const last = term.filters.at(-1)
  if (last !== undefined) return TEXT_FILTERS.test(last) && !last.startsWith('date_')
  return 'literal' in term.from && typeof term.from.literal === 'string'
}

function isNumber(term: Term): boolean {
  if (term.is !== 'piped') return false
  const last = term.filters.at(-1)
  if (last !== undefined) return NUMBER_FILTERS.test(last)
  return 'literal' in term.from && typeof term.from.literal === 'number'
}

/** `choose` asks whether a value is there and not false, so only tests that ask no more can be chosen by. */
function choice({ test, yes, no }: Script & { is: 'choice' }, names: Names): Term {
  if (test.is === 'both') throw new Untranslatable('a comparison inside a value')
  const [asked, a, b] = test.is === 'not' ? [test.of, no, yes] : [test, yes, no]
  return withFilter(meaning(asked, names), 'choose', meaning(a, names), meaning(b, names))
}
