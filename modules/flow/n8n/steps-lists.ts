/** Steps that work on all items at once, as values made of a list. Browser-safe. */

import type { Path } from '#platform/contract/plain-data.ts'
import { type Item, itemAt, quoted, recordAt } from './item.ts'
import { listOf, numberOf, objectOf, textOf } from './n8n-file.ts'
import { splitOut } from './steps-flow.ts'
import { isExpression, type Mapped, outputOf, type Translation, Unmapped } from './translation.ts'

/** The list that a step makes stands under this name in its output. */
const ITEMS = 'items'

/** A list that goes on item by item. */
function list(step: Translation, value: string): Mapped {
  const at: Path = ['nodes', step.id, ITEMS]
  return {
    type: 'format',
    config: { values: [{ name: ITEMS, value }] },
    exits: ['out'],
    item: itemAt('nodes', step.id, ITEMS, 0),
    list: { at, entry: loop => itemAt('loops', loop, 'item') },
  }
}

function one(step: Translation, values: readonly { name: string; value: string }[], item?: Item): Mapped {
  const made = item ?? outputOf(step.id)
  return { type: 'format', config: { values }, exits: ['out'], item: made }
}

function key(name: unknown): string {
  if (isExpression(name) || textOf(name) === '')
    throw new Unmapped('A field it works with is worked out while it runs.')
  return quoted(textOf(name))
}

export function aggregate(step: Translation): Mapped {
  if (step.word('aggregate', 'aggregateIndividualFields') === 'aggregateAllItemData') {
    if (step.word('include', 'allFields') !== 'allFields')
      step.differs('The items keep all their fields, also those that n8n left out.')
    return keptAs(step, step.word('destinationFieldName', 'data') || 'data', step.listText())
  }
  const fields = listOf(step.get('fieldsToAggregate.fieldToAggregate')).map(objectOf)
  const named = fields.map(({ fieldToAggregate, renameField, outputFieldName }) => ({
    from: textOf(fieldToAggregate),
    as:
      renameField === true && textOf(outputFieldName) !== ''
        ? textOf(outputFieldName)
        : textOf(fieldToAggregate),
  }))
  if (named.length === 0 || named.some(({ from }) => from === '' || isExpression(from)))
    throw new Unmapped('It does not say which field to bring together.')
  const isMerged = step.get('options.mergeLists') === true
  const compact = step.get('options.keepMissing') === true ? [] : ['compact']
  const values = named.map(({ from }, index) => ({
    name: `value_${index + 1}`,
    value: step.listText(`map: ${key(from)}`, ...(isMerged ? ['flatten'] : []), ...compact),
  }))
  const names = named.map(({ as }, index) => ({
    name: [as.split('.').at(-1) ?? as],
    at: ['nodes', step.id, `value_${index + 1}`],
  }))
  return one(step, values, recordAt(null, names))
}

function keptAs(step: Translation, name: string, value: string): Mapped {
  return one(
    step,
    [{ name: ITEMS, value }],
    recordAt(null, [{ name: [name], at: ['nodes', step.id, ITEMS] }]),
  )
}

export function limit(step: Translation): Mapped {
  const most = numberOf(step.get('maxItems', 1))
  if (!Number.isInteger(most) || most < 1)
    throw new Unmapped('How many items it keeps is worked out while it runs.')
  const isLast = step.word('keep', 'firstItems') === 'lastItems'
  return list(step, step.listText(isLast ? `slice: -${most}` : `slice: 0, ${most}`))
}

export function sort(step: Translation): Mapped {
  const type = step.word('type', 'simple')
  if (type !== 'simple')
    throw new Unmapped(type === 'random' ? 'It puts items in an order by chance.' : 'It sorts by code.')
  const fields = listOf(step.get('sortFieldsUi.sortField')).map(objectOf)
  if (fields.length === 0) throw new Unmapped('It does not say what to sort by.')
  // The last one named decides least, so it is sorted by first; equal items keep their order.
  const filters = fields
    .toReversed()
    .map(({ fieldName, order }) => `sort: ${key(fieldName)}, "${order === 'descending' ? 'desc' : 'asc'}"`)
  return list(step, step.listText(...filters))
}

export function unique(step: Translation): Mapped {
  if (/Seen|clear/i.test(step.word('operation', 'removeDuplicateInputItems')))
    throw new Unmapped('It remembers the items of earlier runs.')
  const compare = step.word('compare', 'allFields')
  if (compare === 'allFields') return list(step, step.listText('unique'))
  const fields = step.get('fieldsToCompare')
  const names =
    typeof fields === 'string'
      ? fields.split(',')
      : listOf(objectOf(fields).fields).map(each => textOf(objectOf(each).fieldName))
  const [only, ...more] = names.map(name => name.trim()).filter(name => name !== '')
  if (compare !== 'selectedFields' || only === undefined || more.length > 0)
    throw new Unmapped('It compares items by several fields.')
  return list(step, step.listText(`unique: ${key(only)}`))
}

const SUMS: Readonly<Record<string, { filter: string; prefix: string }>> = {
  sum: { filter: 'sum', prefix: 'sum_' },
  average: { filter: 'average', prefix: 'average_' },
  min: { filter: 'min', prefix: 'min_' },
  max: { filter: 'max', prefix: 'max_' },
}

export function summarize(step: Translation): Mapped {
  if (step.word('fieldsToSplitBy') !== '') throw new Unmapped('It sums up in groups.')
  const fields = listOf(step.get('fieldsToSummarize.values')).map(objectOf)
  if (fields.length === 0) throw new Unmapped('It does not say what to sum up.')
  const made = fields.map(({ aggregation, field, separateBy, customSeparator }) => {
    const how = textOf(aggregation) || 'count'
    const name = textOf(field)
    const known = SUMS[how]
    const map = `map: ${key(name)}`
    if (known !== undefined && Object.hasOwn(SUMS, how))
      return { as: `${known.prefix}${name}`, value: step.listText(`${known.filter}: ${key(name)}`) }
    if (how === 'count') return { as: `count_${name}`, value: step.listText(map, 'compact', 'size') }
    if (how === 'countUnique')
      return { as: `unique_count_${name}`, value: step.listText(map, 'compact', 'unique', 'size') }
    if (how === 'append') return { as: `appended_${name}`, value: step.listText(map, 'compact') }
    if (how === 'concatenate') {
      const between =
        separateBy === 'other' ? textOf(customSeparator) : (textOf(separateBy) || ',').replace('\\n', '\n')
      return { as: `concatenated_${name}`, value: step.listText(map, 'compact', `join: ${quoted(between)}`) }
    }
    throw new Unmapped(`It sums up by "${how.slice(0, 40)}".`)
  })
  const values = made.map(({ value }, index) => ({ name: `value_${index + 1}`, value }))
  const names = made.map(({ as }, index) => ({ name: [as], at: ['nodes', step.id, `value_${index + 1}`] }))
  return one(step, values, recordAt(null, names))
}

/** The step of older versions that did what are several steps now. */
export function itemLists(step: Translation): Mapped {
  const operation = step.word('operation', 'splitOutItems')
  switch (operation) {
    case 'splitOutItems':
      return splitOut(
        step,
        textOf(step.get('fieldToSplitOut')),
        step.word('options.destinationFieldName'),
        step.word('include', 'noOtherFields'),
      )
    case 'aggregateItems':
    case 'concatenateItems':
      return aggregate(step)
    case 'limit':
      return limit(step)
    case 'sort':
      return sort(step)
    case 'removeDuplicates':
      return unique(step)
    case 'summarize':
      return summarize(step)
    default:
      throw new Unmapped(`It does "${operation.slice(0, 40)}" with a list.`)
  }
}

/** Whether a step of this kind works on all items at once. */
export function isOfLists(kind: string): boolean {
  return /\.(?:aggregate|limit|sort|removeDuplicates|summarize|itemLists|splitInBatches)$/.test(kind)
}
