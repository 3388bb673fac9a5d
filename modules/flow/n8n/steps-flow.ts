/** Steps that decide where a run goes. Browser-safe. */

import type { Path } from '#platform/contract/plain-data.ts'
import type { Condition } from '../condition.ts'
import { valueName } from '../nodes/named-values.ts'
import { compared, conditionFrom } from './comparisons.ts'
import { either, type Item, itemAt, NO_ITEM, openAt, over, pathText, recordAt } from './item.ts'
import { readJsonSetting } from './json-setting.ts'
import { listOf, numberOf, objectOf, textOf } from './n8n-file.ts'
import { isExpression, type Mapped, memberPath, outputOf, type Translation, Unmapped } from './translation.ts'

export function condition(step: Translation): Mapped {
  const made = conditionFrom(step, step.get('conditions'), step.word('combineOperation', 'all'))
  return {
    type: 'condition',
    config: { condition: made },
    exits: ['true', 'false'],
    item: step.around.input,
  }
}

export function filter(step: Translation): Mapped {
  const made = conditionFrom(step, step.get('conditions'), step.word('combineConditions', 'AND'))
  return { type: 'filter', config: { condition: made }, exits: ['out', 'rejected'], item: step.around.input }
}

const EXITS_MAX = 50

export function choice(step: Translation): Mapped {
  if (step.word('mode', 'rules') === 'expression') return byNumber(step)
  const { rules, exits } = step.node.version >= 3 ? newerRules(step) : olderRules(step)
  if (rules.length === 0) throw new Unmapped('It has no rule.')
  if (rules.length > EXITS_MAX) throw new Unmapped(`It has more than ${EXITS_MAX} rules.`)
  const all = step.get('options.allMatchingOutputs') === true
  return { type: 'switch', config: { mode: 'rules', rules, all }, exits, item: step.around.input }
}

interface Rule {
  readonly id: string
  readonly label: string
  readonly condition: Condition
}

function newerRules(step: Translation): { rules: Rule[]; exits: string[] } {
  const rules = listOf(step.get('rules.values')).map((each, index): Rule => {
    const { conditions, outputKey } = objectOf(each)
    const label = isExpression(outputKey) ? '' : textOf(outputKey).slice(0, 100)
    return { id: `rule_${index + 1}`, label, condition: conditionFrom(step, conditions) }
  })
  const exits = rules.map(({ id }) => id)
  const fallback = step.get('options.fallbackOutput', 'none')
  if (fallback === 'extra') exits.push('else')
  else if (typeof fallback === 'number') return withFallback(step, rules, exits, fallback)
  return { rules, exits }
}

/** What fits no rule leaves by the exit of one of them, which then asks for the rule or for none of the others. */
function withFallback(
  step: Translation,
  rules: readonly Rule[],
  exits: string[],
  output: number,
): { rules: Rule[]; exits: string[] } {
  const rule = rules[output]
  if (rule === undefined) {
    while (exits.length < output) exits.push('else')
    return { rules: [...rules], exits: [...exits, 'else'] }
  }
  const others = rules.filter(other => other !== rule).map(other => other.condition)
  if (others.length === 0) {
    step.differs('Its only rule decides nothing, because what does not fit goes the same way.')
    return { rules: [...rules], exits }
  }
  const none: Condition = { not: others.length === 1 && others[0] ? others[0] : { any: others } }
  const wider: Rule = { ...rule, condition: { any: [rule.condition, none] } }
  return { rules: rules.map(other => (other === rule ? wider : other)), exits }
}

function olderRules(step: Translation): { rules: Rule[]; exits: string[] } {
  const type = step.word('dataType', 'number')
  const exits: string[] = []
  const written = listOf(step.get('rules.rules')).map(objectOf)
  const rules = written.map((each, index): Rule => {
    const { value2, operation, output, outputKey } = each
    const id = `rule_${index + 1}`
    const place = step.node.version >= 2 && output === undefined ? index : numberOf(output ?? 0)
    if (!Number.isInteger(place) || place < 0 || place > EXITS_MAX || exits[place] !== undefined)
      throw new Unmapped('Several of its rules lead to the same output.')
    exits[place] = id
    return {
      id,
      label: textOf(outputKey).slice(0, 100),
      condition: compared(step, {
        left: step.get('value1'),
        name: textOf(operation) || (type === 'dateTime' ? 'after' : type === 'number' ? 'smaller' : 'equal'),
        right: value2,
        isText: type === 'string',
        isExact: true,
      }),
    }
  })
  for (let place = 0; place < exits.length; place++) exits[place] ??= 'else'
  const fallback = numberOf(step.get('fallbackOutput', -1))
  return fallback >= 0 && fallback < EXITS_MAX ? withFallback(step, rules, exits, fallback) : { rules, exits }
}

function byNumber(step: Translation): Mapped {
  const outputs = numberOf(step.get('numberOutputs') ?? step.get('outputsAmount') ?? 4)
  const count = Number.isInteger(outputs) ? Math.max(1, Math.min(EXITS_MAX, outputs)) : 4
  const cases = Array.from({ length: count }, (_, index) => ({
    id: `exit_${index + 1}`,
    label: String(index),
    equals: index,
  }))
  const value = String(step.value(step.get('output')) ?? '')
  if (value === '') throw new Unmapped('It does not say by which output to leave.')
  const config = { mode: 'value', value, cases }
  return { type: 'switch', config, exits: cases.map(({ id }) => id), item: step.around.input }
}

/** A step that does nothing: branches meet there and go on. */
export function nothing(step: Translation): Mapped {
  return { type: 'merge', config: { mode: 'all' }, exits: ['out'], item: step.around.input }
}

const ONE_ITEM = 'It brings one item of each branch together, not lists of them.'

export function merge(step: Translation): Mapped {
  const { inputs } = step.around
  const mode = step.word('mode', 'append')
  const mapped = (item: Item): Mapped => ({ type: 'merge', config: { mode: 'all' }, exits: ['out'], item })
  if (mode === 'chooseBranch' || mode === 'passThrough' || mode === 'wait') {
    const chosen = step.word('useDataOfInput') || step.word('output') || '1'
    const which = chosen === 'input2' || chosen === '2' ? 1 : 0
    if (step.word('output') === 'empty') return mapped(NO_ITEM)
    return mapped(inputs[which] ?? NO_ITEM)
  }
  if (mode === 'append') {
    step.differs(
      'What follows is done once, not once for each branch; it reads the first branch that has a value.',
    )
    return mapped(either(inputs))
  }
  if (mode === 'combineBySql') throw new Unmapped('It brings items together by SQL.')
  const how = step.word('combineBy') || step.word('combinationMode') || mode
  if (how === 'removeKeyMatches' || step.word('joinMode') === 'keepNonMatches')
    throw new Unmapped('It keeps the items that have no counterpart in the other branch.')
  step.differs(ONE_ITEM)
  if (/Fields|Key/i.test(how))
    step.differs('It does not compare the fields by which n8n brought items together.')
  return mapped(inputs.reduceRight((lower, upper) => over(lower, upper), NO_ITEM))
}

const UNITS: ReadonlySet<string> = new Set(['seconds', 'minutes', 'hours', 'days', 'weeks'])
const YEAR_SECONDS = 366 * 86_400
const UNIT_SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 }

export function wait(step: Translation): Mapped {
  const { input } = step.around
  const resume = step.word('resume', 'timeInterval')
  if (resume === 'specificTime') {
    const until = step.text(step.get('dateTime'))
    if (until === '') throw new Unmapped('It does not say until when it waits.')
    const timeZone = step.around.timeZone ?? 'UTC'
    return { type: 'wait', config: { until, timeZone }, exits: ['out'], item: input }
  }
  if (resume !== 'timeInterval')
    throw new Unmapped(
      resume === 'form' ? 'It waits for a form.' : 'It waits for a call to an address of its own.',
    )
  const isNew = step.node.version >= 1.1
  const unit = step.word('unit', isNew ? 'seconds' : 'hours')
  if (!UNITS.has(unit)) throw new Unmapped(`It waits by "${unit.slice(0, 40)}".`)
  const written = step.get('amount', isNew ? 5 : 1)
  const amount = typeof written === 'number' ? written : Number(textOf(written) || Number.NaN)
  if (Number.isFinite(amount)) {
    if (amount <= 0) return nothing(step)
    if (amount * (UNIT_SECONDS[unit] ?? 604_800) > YEAR_SECONDS)
      throw new Unmapped('It waits longer than a year.')
    return { type: 'wait', config: { duration: { amount, unit } }, exits: ['out'], item: input }
  }
  // A span that is worked out is a date that is worked out.
  const value = step.value(written)
  if (typeof value === 'number' && value > 0)
    return { type: 'wait', config: { duration: { amount: value, unit } }, exits: ['out'], item: input }
  const inner = typeof value === 'string' ? /^\{\{ ([^|{}]+) \}\}$/.exec(value)?.[1] : undefined
  if (inner === undefined)
    throw new Unmapped('How long it waits is worked out in a way that is not possible here.')
  const until = `{{ now | date_add: ${inner}, "${unit}" }}`
  return { type: 'wait', config: { until, timeZone: 'UTC' }, exits: ['out'], item: input }
}

export function failing(step: Translation): Mapped {
  const isObject = step.word('errorType', 'errorMessage') === 'errorObject'
  const message = step.text(isObject ? step.get('errorObject') : step.get('errorMessage'))
  const config = { message: message === '' ? 'The workflow stopped here.' : message }
  return { type: 'fail', config, exits: [], item: NO_ITEM }
}

export function batches(step: Translation): Mapped {
  const { id } = step
  const size = step.get('batchSize', step.node.version >= 3 ? 1 : 10)
  if (size !== 1) step.differs('Items come one at a time, not in batches.')
  if (step.get('options.reset') === true || isExpression(step.get('options.reset')))
    step.differs('It goes over its items once; n8n could begin again.')
  const items = step.listText()
  const isNew = step.node.version >= 3
  const each = itemAt('loops', id, 'item')
  return {
    type: 'loop',
    config: { items, maxItems: 10_000 },
    exits: isNew ? ['done', 'each'] : ['each', 'done'],
    item: each,
    itemOf: output => ((output === 1) === isNew ? each : outputOf(id, 'results', 0)),
  }
}

/** One item for every entry of a list. */
export function splitOut(step: Translation, field: string, as: string, include: string): Mapped {
  const { id, around } = step
  if (isExpression(field) || field.includes(',')) throw new Unmapped('It splits several lists at once.')
  if (field === '') throw new Unmapped('It does not say which list to split.')
  const items = step.member(field)
  const entry: Path = ['loops', id, 'item']
  const name = memberPath(as === '' ? field : as)
  // An entry that is an object is the item itself; any other is a member under the name of the list.
  const item =
    as === '' && include === 'noOtherFields'
      ? openAt(entry, name.length === 1 ? [{ name, at: entry }] : [])
      : recordAt(null, [{ name, at: entry }])
  return {
    type: 'loop',
    config: { items, maxItems: 10_000 },
    exits: ['each'],
    item: include === 'noOtherFields' ? item : over(item, around.input),
  }
}

export function splitOutStep(step: Translation): Mapped {
  const include = step.word('include', 'noOtherFields')
  return splitOut(
    step,
    textOf(step.get('fieldToSplitOut')),
    step.word('options.destinationFieldName'),
    include,
  )
}

export function subWorkflow(step: Translation): Mapped {
  const source = step.word('source', 'database')
  if (source !== 'database') throw new Unmapped('The workflow it runs comes from somewhere else.')
  step.needs('Choose the workflow it runs, once that one has been brought along too.')
  const wait = step.get('options.waitForSubWorkflow') !== false
  const given = objectOf(step.get('workflowInputs.value'))
  const input = Object.entries(given).map(([name, value]) => ({ name, value: step.value(value) }))
  const isFit = input.every(({ name }) => /^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name))
  if (!isFit || input.length === 0)
    step.differs('Say what the other workflow is given; n8n gave it the whole item.')
  const config = { workflowId: '', input: isFit ? input : [], wait }
  return {
    type: 'sub_workflow',
    config,
    exits: ['out'],
    item: wait ? itemAt('nodes', step.id, 'output') : step.around.input,
  }
}

export function respond(step: Translation): Mapped {
  const how = step.word('respondWith', 'firstIncomingItem')
  if (/binary|jwt|redirect/i.test(how)) throw new Unmapped(`It answers with "${how}".`)
  step.differs('The sender is answered when the run ends, with its result as JSON.')
  if (step.get('options.responseCode') !== undefined || step.get('options.responseHeaders') !== undefined)
    step.differs('Status and headers of the answer are those of Millrace.')
  const values = answer(step, how)
  if (step.around.outputs === 0) return { type: 'stop', config: { output: values }, exits: [], item: NO_ITEM }
  step.differs('What is set by other steps stands in the answer too.')
  const fields = values.length === 0 ? [{ name: 'answered', value: true }] : values
  return { type: 'set_fields', config: { fields }, exits: ['out'], item: step.around.input }
}

function answer(step: Translation, how: string): { name: string; value: unknown }[] {
  if (how === 'noData') return []
  if (how === 'firstIncomingItem' || how === 'allIncomingItems') {
    const whole = step.value('={{ $json }}')
    return [{ name: 'body', value: whole }]
  }
  const body = step.get('responseBody')
  if (how === 'text') return [{ name: 'body', value: step.text(body) }]
  const made = readJsonSetting(step, body)
  if (made === null) return [{ name: 'body', value: isExpression(body) ? step.value(body) : step.data(body) }]
  if ('at' in made) return [{ name: 'body', value: `{{ ${pathText(made.at)} }}` }]
  const isNamed = made.fields.every(({ name }) => valueName.safeParse(name).success)
  if (isNamed && made.fields.length > 0 && made.fields.length <= 50) return [...made.fields]
  return [{ name: 'body', value: step.value(body) }]
}
