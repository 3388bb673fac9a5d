/**
 * What JavaScript of n8n found around itself, made anew for the sandbox: items, the steps before, and no more. Browser-safe.
 */

import type { NamedValue } from '../nodes/named-values.ts'
import { type Item, pathText, Untranslatable } from './item.ts'

/** What code of n8n may reach and this sandbox has not, each with words for people. */
const BEYOND: readonly (readonly [RegExp, string])[] = [
  [/\brequire\s*\(|^[ \t]*import\s/m, 'It loads a library.'],
  [
    /\$helpers\b|\bthis\.helpers\b|\bhelpers\.|\bfetch\s*\(|\baxios\b|XMLHttpRequest|\$http\b/,
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
    /\$evaluateExpression\b|\$fromAI\b|\$getPairedItem\b|\$position\b|\$execution\b|\$prevNode\b|\$workflow\b|\$parameter\b|\$item\b(?!s|Index)/,
    'It asks n8n about its own run.',
  ],
  [/\bsetTimeout\b|\bsetInterval\b/, 'It waits inside its code.'],
  [
    /\bcrypto\b|\bURL\b|\bURLSearchParams\b|\bTextDecoder\b|\batob\b|\bbtoa\b|\bstructuredClone\b|\bIntl\b/,
    'It uses functions that the sandbox does not have.',
  ],
  [
    /\$\(\s*[^'"`\s)]|\$node\s*\[\s*[^'"`\s]|\$items\s*\(\s*[^'"`\s)]/,
    'It names a step by a name that it works out.',
  ],
]

const NAMED = /\$(?:\(|node\s*\[|items\s*\()\s*(?:'([^'\\]*)'|"([^"\\]*)"|`([^`\\$]*)`)/g
const NAMED_BY_DOT = /\$node\.([A-Za-z_$][\w$]*)/g

/** Why the code cannot run in the sandbox, as a sentence; null when nothing is seen that keeps it from it. */
export function beyondSandbox(source: string): string | null {
  return BEYOND.find(([pattern]) => pattern.test(source))?.[1] ?? null
}

export function withoutComments(source: string): string {
  let text = ''
  let from = 0
  for (;;) {
    const open = source.indexOf('/*', from)
    const close = open === -1 ? -1 : source.indexOf('*/', open + 2)
    if (close === -1) break
    text += `${source.slice(from, open)} `
    from = close + 2
  }
  return `${text}${source.slice(from)}`.replace(/(^|[\s;{}(),])\/\/[^\n]*/g, '$1')
}

/** JavaScript that gives the item out of inputs, which are added to the list. Throws Untranslatable. */
export function itemCode(item: Item, name: string, inputs: NamedValue[]): string {
  const made = item.alternatives.map((layers, number) => {
    const parts = layers
      .toReversed()
      .flatMap((layer, place) => layerCode(layer, `${name}_${number}_${place}`, inputs))
    return `Object.assign({}, ${parts.join(', ')})`
  })
  return made.length === 1 ? (made[0] ?? '{}') : `filled([${made.join(', ')}])`
}

type Layer = Item['alternatives'][number][number]

function layerCode({ at, isOpen, names }: Layer, name: string, inputs: NamedValue[]): string[] {
  const isRenamed = names.some(({ name: path, at: place }) => path.length !== 1 || path[0] !== place.at(-1))
  const isWhole = at !== null && (isOpen || !isRenamed)
  if (isWhole) inputs.push({ name, value: `{{ ${pathText(at)} }}` })
  if (isWhole && !isOpen) return [`own(input.${name})`]
  const members = names.map(({ name: path, at: place }, index) => {
    inputs.push({ name: `${name}_${index}`, value: `{{ ${pathText(place)} }}` })
    return `[${JSON.stringify(path)}, input.${name}_${index}]`
  })
  const made = members.length === 0 ? [] : [`made([${members.join(', ')}])`]
  return isWhole ? [`own(input.${name})`, ...made] : made
}

/** JavaScript that gives the steps that the code names, by name. Throws Untranslatable. */
export function stepsCode(source: string, find: (name: string) => Item | null, inputs: NamedValue[]): string {
  const names = new Set([...source.matchAll(NAMED)].map(([, a, b, c]) => a ?? b ?? c ?? ''))
  for (const [, name = ''] of source.matchAll(NAMED_BY_DOT)) names.add(name)
  const entries = [...names].map((name, index) => {
    const item = find(name)
    if (item === null) throw new Untranslatable(`a step "${name.slice(0, 60)}" that is not in the file`)
    return `[${JSON.stringify(name)}, ${itemCode(item, `step_${index}`, inputs)}]`
  })
  return `new Map([${entries.join(', ')}])`
}

/** The lines before code of n8n, with which it finds what n8n gave it. */
export function prelude(items: string, steps: string): string[] {
  return [
    '// Brought along from n8n: what its code finds around itself is made here.',
    "const own = value => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : value === undefined || value === null ? {} : { data: value })",
    'const copied = value => JSON.parse(JSON.stringify(value))',
    'const filled = all => all.find(one => Object.keys(one).length > 0) ?? {}',
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
    'const $items = name => name === undefined ? items : [{ json: $(name).json }]',
  ]
}

/** Functions and methods of JavaScript itself; n8n adds others of its own to values, which the sandbox has not. */
const KNOWN: ReadonlySet<string> = new Set(
  (
    'String Number Boolean parseInt parseFloat isNaN isFinite encodeURIComponent decodeURIComponent encodeURI Date RegExp Array Object Set Map ' +
    'if for while return function catch switch Math JSON ' +
    'at charAt charCodeAt codePointAt concat endsWith includes indexOf lastIndexOf localeCompare match matchAll normalize padEnd padStart repeat replace ' +
    'replaceAll search slice split startsWith substr substring toLowerCase toUpperCase trim trimEnd trimStart toString valueOf ' +
    'entries every fill filter find findIndex findLast flat flatMap forEach join keys map pop push reduce reduceRight reverse shift some sort splice ' +
    'toReversed toSorted toSpliced unshift values with from of isArray assign fromEntries hasOwn freeze has get add delete test exec ' +
    'toFixed toPrecision isInteger abs ceil floor round max min pow sqrt trunc sign random log stringify parse now getTime getDate getDay getFullYear getHours ' +
    'getMinutes getMonth getSeconds getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMonth setDate setMonth setFullYear setHours setMinutes toISOString ' +
    'toUTCString toJSON hasOwnProperty first last item'
  ).split(' '),
)
const CALLED = /([A-Za-z_$][\w$]*)\s*\(/g
const OF_N8N = /\$[A-Za-z]\w*/g
const GIVEN: ReadonlySet<string> = new Set(['$json', '$node', '$items', '$input', '$itemIndex', '$runIndex'])

/** Whether an expression is nothing but JavaScript over items and steps, so that the sandbox can work it out. */
export function isPlainScript(source: string): boolean {
  const bare = source.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''")
  if (/[{}]{2}|\.all\s*\(|;|\.(?:params|context|parameter|isExecuted|pairedItem)\b/.test(bare)) return false
  if (beyondSandbox(source) !== null) return false
  const own = new Set([...bare.matchAll(/([A-Za-z_$][\w$]*)\s*=>/g)].map(([, name]) => name ?? ''))
  const isCalled = [...bare.matchAll(CALLED)].every(
    ([, name = '']) => name === '$' || KNOWN.has(name) || own.has(name),
  )
  return isCalled && [...bare.matchAll(OF_N8N)].every(([name]) => GIVEN.has(name))
}
