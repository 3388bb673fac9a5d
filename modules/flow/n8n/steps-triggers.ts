/** What starts a workflow. Browser-safe. */

import { cronProblem, isTimeZone } from '../cron-text.ts'
import { itemAt, over, recordAt } from './item.ts'
import { at, listOf, numberOf, objectOf, type Parameters, textOf } from './n8n-file.ts'
import { isExpression, type Mapped, memberPath, ownName, type Translation, Unmapped } from './translation.ts'

export function manual(step: Translation): Mapped {
  if (step.node.kind.endsWith('executeWorkflowTrigger'))
    step.differs('It is started by other workflows with "Run a workflow", which say what it is given.')
  return { type: 'manual', config: {}, exits: ['out'], item: itemAt('trigger') }
}

const FAILURE: readonly (readonly [string, readonly string[]])[] = [
  ['execution.id', ['failedRun', 'id']],
  ['execution.error.message', ['error', 'message']],
  ['execution.error.name', ['error', 'code']],
  ['execution.lastNodeExecuted', ['error', 'nodeId']],
  ['workflow.id', ['workflow', 'id']],
  ['workflow.name', ['workflow', 'name']],
]

export function failure(step: Translation): Mapped {
  step.differs('It runs for the workflows whose settings name it as the one that looks after failures.')
  const names = FAILURE.map(([name, place]) => ({ name: memberPath(name), at: place }))
  return { type: 'manual', config: {}, exits: ['out'], item: over(recordAt(null, names), itemAt('trigger')) }
}

export function webhook(step: Translation): Mapped {
  const method = step.get('httpMethod', 'GET')
  const methods = (Array.isArray(method) ? method : [method]).map(textOf)
  if (!methods.some(name => name === 'POST' || name === 'PUT'))
    step.differs(`It is called with POST or PUT; a ${methods.join(' or ')} request starts nothing.`)
  const mode = step.word('responseMode', 'onReceived')
  const reply = mode === 'lastNode' || mode === 'responseNode' ? 'result' : 'accepted'
  if (reply === 'result')
    step.differs('The sender gets the result of the run as JSON, with its status, after at most 25 seconds.')
  step.differs('The webhook has a new address, which senders have to be told.')
  const config = { reply, verification: verificationOf(step) }
  return { type: 'webhook', config, exits: methods.map(() => 'out'), item: itemAt('webhook') }
}

function verificationOf(step: Translation): Parameters {
  const authentication = step.word('authentication', 'none')
  if (authentication === 'none' || authentication === '') return { type: 'none' }
  const header = authentication === 'headerAuth' ? 'x-webhook-secret' : 'authorization'
  step.differs(`Senders prove who they are by a secret in the header ${header}, which is made anew here.`)
  return { type: 'secret_header', header }
}

export function form(step: Translation): Mapped {
  const fields = listOf(step.get('formFields.values')).map(objectOf)
  const taken = new Set<string>()
  const names = fields.flatMap(field => {
    const label = textOf(field.fieldLabel) || textOf(field.elementName) || textOf(field.fieldName)
    if (label === '') return []
    if (field.fieldType === 'email') return [{ name: [label], at: ['lead', 'email'] }]
    const key = ownName(label.toLowerCase(), taken)
    taken.add(key)
    return [{ name: [label], at: ['lead', 'fields', key] }]
  })
  const list = names.map(({ name, at: place }) => `${name[0]} as ${place.at(-1)}`).join(', ')
  step.differs(
    list === ''
      ? 'The form has to be made in this workflow.'
      : `The form has to be made in this workflow, with the fields ${list}.`,
  )
  const more = [{ name: ['submittedAt'], at: ['lead', 'createdAt'] }]
  return {
    type: 'form_submitted',
    config: {},
    exits: ['out'],
    item: over(recordAt(null, [...names, ...more]), itemAt('lead', 'fields')),
  }
}

export function schedule(step: Translation): Mapped {
  const kind = step.node.kind.slice(step.node.kind.lastIndexOf('.') + 1)
  const crons = (
    kind === 'cron'
      ? listOf(step.get('triggerTimes.item')).map(each => olderCron(objectOf(each)))
      : kind === 'interval'
        ? [everyCron(step, numberIn(step.node.parameters, 'interval', 1), step.word('unit', 'seconds'))]
        : listOf(step.get('rule.interval')).map(each => newerCron(step, objectOf(each)))
  ).filter(cron => cron !== '')
  const [cron = '0 0 * * *', ...more] = crons
  const found = together(cron, more)
  if (found === null)
    throw new Unmapped(`It has several schedules (${crons.join('; ')}), and a workflow here has one.`)
  const problem = cronProblem(found)
  if (problem !== null) throw new Unmapped(`Its schedule "${found}" cannot be read: ${problem}`)
  const zone = step.around.timeZone
  const isKnown = zone !== null && isTimeZone(zone)
  if (!isKnown) step.differs('It goes by UTC; n8n went by the time zone of its server.')
  const names = [{ name: ['timestamp'], at: ['schedule', 'slot'] }]
  return {
    type: 'schedule',
    config: { cron: found, timeZone: isKnown ? zone : 'UTC' },
    exits: ['out'],
    item: over(recordAt(null, names), itemAt('trigger')),
  }
}

/** Several schedules as one, when they differ in one field alone. */
function together(first: string, more: readonly string[]): string | null {
  let fields = first.split(' ')
  for (const cron of more) {
    const others = cron.split(' ')
    const different = fields.flatMap((field, index) => (field === others[index] ? [] : [index]))
    const [place, ...rest] = different
    if (place === undefined) continue
    if (rest.length > 0 || others.length !== fields.length) return null
    fields = fields.map((field, index) => (index === place ? `${field},${others[index]}` : field))
  }
  return fields.join(' ')
}

function numberIn(parameters: Parameters, path: string, other: number): number {
  const value = at(parameters, path)
  if (isExpression(value)) throw new Unmapped(`Its setting "${path}" is worked out while it runs.`)
  const number = Math.trunc(numberOf(value ?? other))
  return Number.isFinite(number) && number >= 0 && number < 100_000 ? number : other
}

const UNEVEN = 'A span that does not fit into the next larger one starts anew with it.'

function everyCron(step: Translation, amount: number, unit: string): string {
  const count = Math.max(1, amount)
  const largest = { seconds: 59, minutes: 59, hours: 23, days: 31 }[unit]
  const whole = { seconds: 60, minutes: 60, hours: 24, days: 1 }[unit] ?? 1
  if (unit !== 'days' && count === whole) {
    return everyCron(step, 1, unit === 'seconds' ? 'minutes' : unit === 'minutes' ? 'hours' : 'days')
  }
  if (largest === undefined || count > largest) throw new Unmapped(`It runs every ${amount} ${unit}.`)
  if (count > 1 && (unit === 'days' || whole % count !== 0)) step.differs(UNEVEN)
  const each = count === 1 ? '*' : `*/${count}`
  if (unit === 'seconds') return `${each} * * * * *`
  if (unit === 'minutes') return `${each} * * * *`
  return unit === 'hours' ? `0 ${each} * * *` : `0 0 ${each} * *`
}

function newerCron(step: Translation, rule: Parameters): string {
  const field = textOf(rule.field) || 'days'
  const number = (name: string, other: number) => numberIn(rule, name, other)
  const minute = number('triggerAtMinute', 0)
  const hour = number('triggerAtHour', 0)
  switch (field) {
    case 'cronExpression':
      return textOf(rule.expression).replace(/^=/, '').trim().replace(/\s+/g, ' ')
    case 'seconds':
      return everyCron(step, number('secondsInterval', 30), 'seconds')
    case 'minutes':
      return everyCron(step, number('minutesInterval', 5), 'minutes')
    case 'hours': {
      const cron = everyCron(step, number('hoursInterval', 1), 'hours')
      return cron.replace(/^0 /, `${minute} `)
    }
    case 'days': {
      const cron = everyCron(step, number('daysInterval', 1), 'days')
      return cron.replace(/^0 0 /, `${minute} ${hour} `)
    }
    case 'weeks': {
      if (number('weeksInterval', 1) > 1)
        throw new Unmapped('It runs every few weeks, which a schedule here cannot say.')
      const days = Array.isArray(rule.triggerAtDay)
        ? rule.triggerAtDay.map(textOf)
        : [textOf(rule.triggerAtDay)]
      const named = days.filter(day => /^[0-7]$/.test(day))
      return `${minute} ${hour} * * ${named.length === 0 ? '0' : named.join(',')}`
    }
    case 'months': {
      const every = number('monthsInterval', 1)
      if (every > 1) step.differs(UNEVEN)
      const day = Math.max(1, number('triggerAtDayOfMonth', 1))
      return `${minute} ${hour} ${day} ${every > 1 ? `*/${every}` : '*'} *`
    }
    default:
      throw new Unmapped(`It runs by "${field.slice(0, 40)}".`)
  }
}

function olderCron(item: Parameters): string {
  const number = (name: string, other: number) => numberIn(item, name, other)
  const [minute, hour] = [number('minute', 0), number('hour', 14)]
  switch (textOf(item.mode) || 'everyDay') {
    case 'everyMinute':
      return '* * * * *'
    case 'everyHour':
      return `${minute} * * * *`
    case 'everyDay':
      return `${minute} ${hour} * * *`
    case 'everyWeek':
      return `${minute} ${hour} * * ${number('weekday', 1)}`
    case 'everyMonth':
      return `${minute} ${hour} ${Math.max(1, number('dayOfMonth', 1))} * *`
    case 'everyX': {
      const isHours = (textOf(item.unit) || 'hours') === 'hours'
      const value = Math.max(1, number('value', 2))
      return isHours ? `0 */${Math.min(value, 23)} * * *` : `*/${Math.min(value, 59)} * * * *`
    }
    default:
      return textOf(item.cronExpression).replace(/^=/, '').trim().replace(/\s+/g, ' ')
  }
}
