/** Code of n8n in the sandbox: what it found around itself there is made by a few lines before it. Browser-safe. */

import type { NamedValue } from '../nodes/named-values.ts'
import { type Item, itemAt, pathText, placesOf, Untranslatable } from './item.ts'
import { textOf } from './n8n-file.ts'
import { type Mapped, outputOf, type Translation, Unmapped } from './translation.ts'

/** What code of n8n may reach and this sandbox has not, each with words for people. */
const BEYOND: readonly (readonly [RegExp, string])[] = [
  [/\brequire\s*\(|^\s*import\s/m, 'It loads a library.'],
  [
    /\$helpers\b|\bthis\.helpers\b|\bhelpers\.|\bfetch\s*\(|\baxios\b|XMLHttpRequest/,
    'It makes calls of its own.',
  ],
  [/\bgetWorkflowStaticData\b|\$getWorkflowStaticData\b/, 'It keeps something between runs.'],
  [
    /\$binary\b|\.binary\b|\bbinary\s*:|\bBuffer\b|\$prepareBinary|getBinaryDataBuffer/,
    'It works with files.',
  ],
  [/\bDateTime\b|\bluxon\b|\$now\b|\$today\b|\bmoment\b/, 'It uses the calendar of n8n (Luxon).'],
  [/\$jmespath\b/, 'It uses a query in JMESPath.'],
  [/\$env\b|\$vars\b|\$secrets\b|\bprocess\./, 'It reads variables of the server.'],
  [
    /\$evaluateExpression\b|\$fromAI\b|\$getPairedItem\b|\$position\b|\$execution\b|\$prevNode\b/,
    'It asks n8n about its own run.',
  ],
  [/\bsetTimeout\b|\bsetInterval\b/, 'It waits inside its code.'],
  [
    /\bcrypto\b|\bURL\b|\bURLSearchParams\b|\bTextDecoder\b|\batob\b|\bbtoa\b|\bstructuredClone\b/,
    'It uses functions that the sandbox does not have.',
  ],
  [
    /\$\(\s*[^'"`\s)]|\$node\s*\[\s*[^'"`\s]|\$items\s*\(\s*[^'"`\s)]/,
    'It names a step by a name that it works out.',
  ],
]

const NAMED = /\$(?:\(|node\s*\[|items\s*\()\s*(?:'([^'\\]*)'|"([^"\\]*)"|`([^`\\$]*)`)/g
const NAMED_BY_DOT = /\$node\.([A-Za-z_$][\w$]*)/g

/** The inputs that make an item: one for each layer of it, from the lowest up. */
function inputsOf(item: Item, name: string, inputs: NamedValue[]): string {
  const [layers, ...others] = item.alternatives
  if (layers === undefined) return '{}'
  if (others.length > 0) {
    const places = placesOf(item, []).map(pathText)
    const [first, ...more] = places
    inputs.push({
      name,
      value: `{{ ${[first, ...(more.length > 0 ? [`coalesce: ${more.join(', ')}`] : [])].join(' | ')} }}`,
    })
    return `own(input.${name})`
  }
  const parts = layers.toReversed().flatMap((layer, place) => {
    const written: string[] = []
    const isNamed =
      layer.names.length > 0 &&
      layer.names.some(({ name: path, at }) => path.length !== 1 || path[0] !== at.at(-1))
    if (layer.at !== null && !isNamed) {
      inputs.push({ name: `${name}_${place}`, value: `{{ ${pathText(layer.at)} }}` })
      return [`own(input.${name}_${place})`]
    }
    if (layer.isOpen && layer.at !== null) {
      inputs.push({ name: `${name}_${place}`, value: `{{ ${pathText(layer.at)} }}` })
      written.push(`own(input.${name}_${place})`)
    }
    const members = layer.names.map(({ name: path, at }, index) => {
      inputs.push({ name: `${name}_${place}_${index}`, value: `{{ ${pathText(at)} }}` })
      return `[${JSON.stringify(path)}, input.${name}_${place}_${index}]`
    })
    return [...written, `made([${members.join(', ')}])`]
  })
  return `Object.assign({}, ${parts.join(', ')})`
}

const SOURCE_MAX = 50_000
const INPUTS_MAX = 50

export function code(step: Translation): Mapped {
  if (step.word('language', 'javaScript').toLowerCase().includes('python'))
    throw new Unmapped('It is written in Python.')
  const source = textOf(step.get('jsCode') ?? step.get('functionCode'))
  if (source.trim() === '') throw new Unmapped('It has no code.')
  const bare = withoutComments(source)
  const beyond = BEYOND.find(([pattern]) => pattern.test(bare))
  if (beyond !== undefined) throw new Unmapped(`${beyond[1]} That is not possible here.`)
  const isItem = step.node.kind.endsWith('functionItem')
  const isEach = isItem || step.word('mode', 'runOnceForAllItems') === 'runOnceForEachItem'
  const inputs: NamedValue[] = []
  const items = itemsOf(step, inputs)
  const steps = named(step, bare, inputs)
  if (inputs.length > INPUTS_MAX)
    throw new Unmapped(`It reads more than ${INPUTS_MAX} values of steps before it.`)
  const isOne = isEach || givesOne(bare)
  const text = framed({ source, items, steps, isItem, isEach, isOne })
  if (text.length > SOURCE_MAX) throw new Unmapped('It is longer than 50,000 characters.')
  step.differs('Code runs in a sandbox, which an organization has to switch on.')
  step.differs(
    isOne
      ? 'It has to give one item; more than one fails the step.'
      : 'It goes on with each of the items it gives.',
  )
  const config = { source: text, inputs, timeoutMs: 10_000 }
  if (isOne) return { type: 'code', config, exits: ['out'], item: outputOf(step.id, 'items', 0) }
  return {
    type: 'code',
    config,
    exits: ['out'],
    item: outputOf(step.id, 'items', 0),
    list: { at: ['nodes', step.id, 'items'], entry: loop => itemAt('loops', loop, 'item') },
  }
}

function itemsOf(step: Translation, inputs: NamedValue[]): string {
  const { inputList, input } = step.around
  if (inputList !== null) {
    inputs.push({ name: 'list', value: `{{ ${pathText(inputList)} }}` })
    return '(input.list ?? []).map(json => ({ json: copied(own(json)) }))'
  }
  return `[{ json: copied(${inputsOf(input, 'item', inputs)}) }]`
}

function named(step: Translation, source: string, inputs: NamedValue[]): string {
  const names = new Set([...source.matchAll(NAMED)].map(([, a, b, c]) => a ?? b ?? c ?? ''))
  for (const [, name = ''] of source.matchAll(NAMED_BY_DOT)) names.add(name)
  const entries = [...names].map((name, index) => {
    const item = step.around.step(name)
    if (item === null) throw new Unmapped(`It reads a step "${name.slice(0, 60)}" that is not in the file.`)
    try {
      return `[${JSON.stringify(name)}, ${inputsOf(item, `step_${index}`, inputs)}]`
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error
      throw new Unmapped(`It reads the step "${name.slice(0, 60)}", which has ${error.message}.`)
    }
  })
  return `new Map([${entries.join(', ')}])`
}

/** Whether it can be seen that the code gives exactly one item for one that comes. */
function givesOne(source: string): boolean {
  const returns = [...source.matchAll(/\breturn\b\s*([^\n;]*)/g)].map(([, value = '']) => value.trim())
  const last = source.slice(source.lastIndexOf('return')).replace(/\s+/g, ' ')
  if (returns.length === 0 || returns.some(value => /^\[\s*\]$/.test(value))) return false
  return (
    /^return\s*\(?\s*(?:\[\s*\{\s*(?:json\b|"json"|'json')|\{)/.test(last) &&
    !/^return[^;]*\}\s*,\s*\{\s*["']?json/.test(last)
  )
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/(^|[\s;{}(),])\/\/[^\n]*/g, '$1')
}

interface Frame {
  readonly source: string
  readonly items: string
  readonly steps: string
  readonly isItem: boolean
  readonly isEach: boolean
  readonly isOne: boolean
}

/**
 * The code as it was, inside a function that is given what n8n gave it. What it returns is read as n8n reads it: one item
 * or several, each with or without `json` around it.
 */
function framed({ source, items, steps, isItem, isEach, isOne }: Frame): string {
  const parameters = 'items, item, $json, $input, $, $node, $items, $itemIndex, $runIndex'
  const given = (one: string) =>
    `items, ${isItem ? `${one}.json` : one}, ${one}.json, entry(items, ${one}), $, $node, name => name === undefined ? items : [{ json: $node[name].json }], 0, 0`
  const call = isEach
    ? `await Promise.all(items.map(one => code(${given('one')})))`
    : `await code(${given('(items[0] ?? { json: {} })')})`
  return [
    '// Brought along from n8n: what its code finds around itself is made here, the code itself follows unchanged.',
    "const own = value => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : value === undefined || value === null ? {} : { data: value })",
    'const copied = value => JSON.parse(JSON.stringify(value))',
    'const made = members => members.reduce((all, [path, value]) => {',
    '  let at = all',
    '  path.forEach((name, index) => { at = index === path.length - 1 ? (at[name] = value) : (at[name] = { ...(at[name] ?? {}) }) })',
    '  return all',
    '}, {})',
    `const items = ${items}`,
    `const steps = ${steps}`,
    'const entry = (all, one) => ({ item: one, all: () => all, first: () => all[0], last: () => all.at(-1) })',
    'const $ = name => { const one = { json: copied(steps.get(name) ?? {}) }; return { ...entry([one], one), json: one.json, itemMatching: () => one } }',
    'const $node = Object.fromEntries([...steps.keys()].map(name => [name, { json: $(name).json }]))',
    `const code = async (${parameters}) => {`,
    source,
    '}',
    `const given = ${call}`,
    'const listed = Array.isArray(given) ? given.flat() : [given ?? []].flat()',
    "const result = listed.map(one => (typeof one === 'object' && one !== null && typeof one.json === 'object' && one.json !== null ? one.json : one))",
    ...(isOne
      ? [
          "if (result.length !== 1) throw new Error('This step gave ' + result.length + ' items. Put a loop behind it, or have it give one.')",
        ]
      : []),
    'return { items: result }',
  ].join('\n')
}
