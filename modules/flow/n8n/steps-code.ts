/** Code of n8n in the sandbox: what it found around itself there is made by a few lines before it. Browser-safe. */

import type { NamedValue } from '../nodes/named-values.ts'
import { beyondSandbox, itemCode, prelude, stepsCode, withoutComments } from './code-frame.ts'
import { itemAt, pathText } from './item.ts'
import { textOf } from './n8n-file.ts'
import { type Mapped, outputOf, type Translation, Unmapped } from './translation.ts'

const SOURCE_MAX = 50_000
const INPUTS_MAX = 50

export function code(step: Translation): Mapped {
  if (step.word('language', 'javaScript').toLowerCase().includes('python'))
    throw new Unmapped('It is written in Python.')
  const source = textOf(step.get('jsCode') ?? step.get('functionCode'))
  if (source.trim() === '') throw new Unmapped('It has no code.')
  if (source.length > SOURCE_MAX) throw new Unmapped('It is longer than 50,000 characters.')
  const bare = withoutComments(source)
  const beyond = beyondSandbox(bare)
  if (beyond !== null) throw new Unmapped(`${beyond} That is not possible here.`)
  const isItem = step.node.kind.endsWith('functionItem')
  const isEach = isItem || step.word('mode', 'runOnceForAllItems') === 'runOnceForEachItem'
  const inputs: NamedValue[] = []
  const items = itemsOf(step, inputs)
  const steps = stepsCode(bare, name => step.around.step(name), inputs)
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
  return `[{ json: copied(${itemCode(input, 'item', inputs)}) }]`
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
    `items, ${isItem ? `${one}.json` : one}, ${one}.json, entry(items, ${one}), $, $node, $items, 0, 0`
  const call = isEach
    ? `await Promise.all(items.map(one => code(${given('one')})))`
    : `await code(${given('(items[0] ?? { json: {} })')})`
  return [
    ...prelude(items, steps),
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
