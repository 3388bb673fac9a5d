import { z } from 'zod'
import {
  type Condition,
  conditionSchema,
  type GraphNode,
  nodeTypes,
  openingWords,
  type Retry,
} from '#modules/flow/contract.ts'
import { durationWords } from '../../../ui/time.ts'
import { conditionWords } from '../condition-words.ts'
import { listed, sentenceCase } from '../words.ts'
import { labelOf, optionWords } from './setting-labels.ts'

export type SettingValue =
  /** Words that may hold placeholders. */
  | { readonly as: 'template'; readonly text: string }
  | { readonly as: 'words'; readonly words: string }
  | { readonly as: 'pairs'; readonly pairs: readonly { name: string; value: string }[] }
  | { readonly as: 'condition'; readonly condition: Condition }
  | { readonly as: 'none' }

export interface Setting {
  readonly id: string
  readonly label: string
  /** What the setting is for, as its schema describes it. */
  readonly about: string | undefined
  readonly value: SettingValue
}

interface FieldSchema {
  readonly description?: string | undefined
  readonly enum?: readonly unknown[] | undefined
}

interface ConfigSchema {
  readonly properties?: Readonly<Record<string, unknown>> | undefined
  /** The ways such a node can be set up, when there are several. */
  readonly anyOf?: readonly ConfigSchema[] | undefined
}

/** The settings of a node in the order of its schema, in plain words; nothing for a kind that is not known. */
export function settingsOf(node: GraphNode): Setting[] {
  const type = nodeTypes.get(node.type)
  if (!type) return []
  const schema = z.toJSONSchema(type.config, { io: 'input', unrepresentable: 'any' }) as ConfigSchema
  const parsed = type.config.safeParse(node.config)
  // With its defaults when it is right; as it was left when it is not.
  const config = (parsed.success ? parsed.data : node.config) as Record<string, unknown>
  return Object.entries(fieldsOf(schema, config)).map(([name, field]) => {
    const { description, enum: options } = (typeof field === 'object' ? field : {}) as FieldSchema
    const path = `${node.type}.${name}`
    return {
      id: name,
      label: labelOf(node.type, name),
      about: description,
      value: shownValue(config[name], path, options !== undefined),
    }
  })
}

/** The fields of a schema; of one that allows several ways, those of the way that has most of what is set. */
function fieldsOf(schema: ConfigSchema, config: Record<string, unknown>): Readonly<Record<string, unknown>> {
  const ways = (schema.anyOf ?? [schema]).map(way => way.properties ?? {})
  const known = (way: object) => Object.keys(config).filter(name => Object.hasOwn(way, name)).length
  return ways.reduce((best, way) => (known(way) > known(best) ? way : best), ways[0] ?? {})
}

function shownValue(value: unknown, path: string, isOption: boolean): SettingValue {
  if (value === undefined || value === null || value === '') return { as: 'none' }
  if (isOption) return { as: 'words', words: optionWords(String(value), path) }
  if (typeof value === 'string') return { as: 'template', text: value }
  if (typeof value === 'boolean') return { as: 'words', words: value ? 'Yes' : 'No' }
  if (typeof value === 'number') return { as: 'words', words: value.toLocaleString() }
  if (Array.isArray(value)) return listOf(value)
  return objectOf(value as Record<string, unknown>)
}

function listOf(values: readonly unknown[]): SettingValue {
  if (values.length === 0) return { as: 'none' }
  if (!values.every(isObject)) return { as: 'words', words: sentenceCase(listed(values.map(plainText))) }
  return { as: 'pairs', pairs: values.map((value, index) => pairOf(value, index)) }
}

/** An entry of a list under what it is called: its name, its label, else its place. */
function pairOf(entry: Record<string, unknown>, index: number): { name: string; value: string } {
  const { name, label, id, ...rest } = entry
  const called = [name, label, id].find(each => typeof each === 'string' && each !== '')
  const members = Object.values(rest)
  const value = members.length === 1 ? members[0] : rest
  return { name: typeof called === 'string' ? called : String(index + 1), value: plainText(value) }
}

function objectOf(value: Record<string, unknown>): SettingValue {
  if (typeof value.amount === 'number' && typeof value.unit === 'string') {
    const unit = value.amount === 1 ? value.unit.replace(/s$/, '') : value.unit
    const direction = typeof value.direction === 'string' ? ` ${value.direction}` : ''
    return { as: 'words', words: `${value.amount.toLocaleString()} ${unit}${direction}` }
  }
  if (Array.isArray(value.days) && typeof value.timeZone === 'string') return hoursOf(value)
  if (isCondition(value)) return { as: 'condition', condition: value }
  return { as: 'words', words: plainText(value) }
}

/** Opening hours with their holidays; as it was left when something of it is missing. */
function hoursOf(value: Record<string, unknown>): SettingValue {
  const { days, from, to, timeZone, holidays } = value
  if (
    !isNumbers(days) ||
    typeof from !== 'string' ||
    typeof to !== 'string' ||
    typeof timeZone !== 'string'
  ) {
    return { as: 'words', words: plainText(value) }
  }
  const words = openingWords({ days, from, to, timeZone })
  const open = words.charAt(0).toUpperCase() + words.slice(1)
  const closed = Array.isArray(holidays) ? holidays.map(plainText) : []
  return { as: 'words', words: closed.length === 0 ? open : `${open}. Closed on ${listed(closed)}` }
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(item => typeof item === 'number')
}

/** Anything as a reader can take it: conditions as sentences, objects by their names. */
function plainText(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return listed(value.map(plainText))
  if (!isObject(value)) return value === null ? 'nothing' : (JSON.stringify(value) ?? '')
  if (isCondition(value)) return conditionWords(value)
  return Object.entries(value)
    .map(([name, inner]) => `${sentenceCase(name)}: ${plainText(inner)}`)
    .join(', ')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCondition(value: Record<string, unknown>): value is Record<string, unknown> & Condition {
  return conditionSchema.safeParse(value).success
}

/** How a node tries again and when it gives up, in words; undefined where it does neither. */
export function patienceOf(node: GraphNode): string | undefined {
  const type = nodeTypes.get(node.type)
  const retry = node.retry ?? type?.retry
  const timeoutMs = node.timeoutMs ?? type?.timeoutMs
  const parts = [
    ...(retry && retry.attempts > 1 ? [retryWords(retry)] : []),
    ...(timeoutMs === undefined ? [] : [`Each attempt may take ${spanWords(timeoutMs)}.`]),
  ]
  return parts.length === 0 ? undefined : parts.join(' ')
}

/** A span somebody chose, which is mostly a round one: "2 s" rather than "2.0 s". */
function spanWords(ms: number): string {
  return durationWords(ms).replace('.0 s', ' s')
}

function retryWords({ attempts, backoffMs, growth }: Retry): string {
  const wait = spanWords(backoffMs)
  const waits = growth === 'fixed' ? `${wait} apart` : `the first ${wait} apart, then twice as long each time`
  return `Tried up to ${attempts} times, ${waits}.`
}
