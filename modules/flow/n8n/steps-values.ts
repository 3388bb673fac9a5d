/** Steps that make values: Set, Date & Time, HTML. Browser-safe. */

import { dateFormat } from './date-format.ts'
import { type Item, itemAt, over, quoted, Untranslatable } from './item.ts'
import { type Field, readJsonSetting } from './json-setting.ts'
import { listOf, objectOf, textOf } from './n8n-file.ts'
import type { Scalar } from './term.ts'
import { isExpression, type Mapped, membersOf, ownName, type Translation, Unmapped } from './translation.ts'

const FIELDS_MAX = 50

export function set(step: Translation): Mapped {
  const fields = step.node.version < 3 ? oldest(step) : newer(step)
  if (!Array.isArray(fields)) return unchanged(step, kept(step) ? over(fields, step.around.input) : fields)
  if (fields.length === 0) return unchanged(step)
  if (fields.length > FIELDS_MAX) throw new Unmapped(`It sets more than ${FIELDS_MAX} fields.`)
  const names = new Map<string, string>()
  const own = fields.flatMap(({ name, value }) => {
    if (names.has(name)) return []
    const made = ownName(name, new Set(names.values()))
    names.set(name, made)
    return [{ name: made, value }]
  })
  const members = membersOf(step.id, names)
  const config = { fields: own }
  return {
    type: 'set_fields',
    config,
    exits: ['out'],
    item: kept(step) ? over(members, step.around.input) : members,
  }
}

/** Whether what came in goes on beside what is set. */
function kept(step: Translation): boolean {
  const { version } = step.node
  if (version < 3) return step.get('keepOnlySet') !== true
  const include = step.word('include', version >= 3.3 ? '' : 'all')
  if (version >= 3.3 && step.get('includeOtherFields') !== true) return false
  if (include === 'selected' || include === 'except')
    step.differs('Every field that came in can still be read, also those that n8n left out.')
  return include !== 'none'
}

function unchanged(step: Translation, item = step.around.input): Mapped {
  return { type: 'merge', config: { mode: 'all' }, exits: ['out'], item }
}

function oldest(step: Translation): Field[] {
  const values = objectOf(step.get('values'))
  return ['string', 'number', 'boolean'].flatMap(type =>
    listOf(values[type])
      .map(objectOf)
      .flatMap(({ name, value }) =>
        textOf(name) === '' ? [] : [{ name: fieldName(name), value: typed(step, value ?? '', type) }],
      ),
  )
}

function newer(step: Translation): Field[] | Item {
  if (step.word('mode', 'manual') === 'raw') return fromJson(step)
  if (step.node.version < 3.3) {
    return listOf(step.get('fields.values'))
      .map(objectOf)
      .map(each => {
        const type = (textOf(each.type) || 'stringValue').replace(/Value$/, '')
        return { name: fieldName(each.name), value: typed(step, each[`${type}Value`] ?? '', type) }
      })
      .filter(({ name }) => name !== '')
  }
  return listOf(step.get('assignments.assignments'))
    .map(objectOf)
    .filter(({ name }) => textOf(name) !== '')
    .map(({ name, value, type }) => ({
      name: fieldName(name),
      value: typed(step, value, textOf(type) || 'string'),
    }))
}

function fieldName(name: unknown): string {
  if (isExpression(name)) throw new Unmapped('The name of a field it sets is worked out while it runs.')
  return textOf(name)
}

function typed(step: Translation, value: unknown, type: string): Scalar {
  if (typeof value === 'string' && !isExpression(value)) {
    if (type === 'number' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value)
    if (type === 'boolean' && /^(?:true|false)$/i.test(value)) return value.toLowerCase() === 'true'
    if ((type === 'object' || type === 'array') && value.trim() !== '') return step.data(value)
  }
  const made = step.value(value)
  // A text that is one placeholder would keep the type of what it reads; n8n made a text of it.
  return made
}

function fromJson(step: Translation): Field[] | Item {
  const made = readJsonSetting(step, step.get('jsonOutput'))
  if (made === null)
    throw new Unmapped('It makes a whole object in a way that cannot be seen without running it.')
  return 'fields' in made ? [...made.fields] : itemAt(...made.at)
}

/** Values that stand in the output of the step only, beside what came in. */
export function values(step: Translation, made: readonly Field[]): Mapped {
  const names = new Map<string, string>()
  const own = made.map(({ name, value }) => {
    const ownOne = ownName(name, new Set(names.values()))
    names.set(name, ownOne)
    return { name: ownOne, value }
  })
  const item = over(membersOf(step.id, names), step.around.input)
  return { type: 'format', config: { values: own }, exits: ['out'], item }
}

const SPAN_UNITS: ReadonlySet<string> = new Set([
  'seconds',
  'minutes',
  'hours',
  'days',
  'weeks',
  'months',
  'quarters',
  'years',
])

export function dateTime(step: Translation): Mapped {
  return step.node.version >= 2 ? newerDate(step) : olderDate(step)
}

/** The inside of the placeholder that reads a date. */
function dateIn(step: Translation, value: unknown): string {
  const text = step.value(value)
  if (typeof text !== 'string') throw new Unmapped('It works with a date that is none.')
  const inside = /^\{\{ (.*) \}\}$/s.exec(text)?.[1]
  if (inside !== undefined && !inside.includes('}}')) return inside
  if (text === '' || text.includes('{{')) throw new Unmapped('It works with a date that is put together.')
  return quoted(text)
}

function amountIn(step: Translation, value: unknown): string {
  const amount = step.value(value)
  if (typeof amount === 'number') return String(amount)
  const text = String(amount ?? '')
  if (/^-?\d+$/.test(text)) return text
  const path = /^\{\{ ([^|{}]+) \}\}$/.exec(text)?.[1]
  if (path === undefined) throw new Unmapped('It moves a date by a span that is put together.')
  return path
}

function unitIn(word: string): string {
  if (!SPAN_UNITS.has(word)) throw new Unmapped(`It moves a date by "${word.slice(0, 40)}".`)
  return quoted(word)
}

function zoneIn(step: Translation, path: string): string {
  const own = step.word(path)
  const zone = own === '' ? step.around.timeZone : own
  return zone === null ? '' : `, ${quoted(zone)}`
}

function newerDate(step: Translation): Mapped {
  const operation = step.word('operation', 'getCurrentDate')
  const name = (other: string) => step.word('outputFieldName', other) || other
  const one = (field: string, inside: string) => values(step, [{ name: field, value: `{{ ${inside} }}` }])
  switch (operation) {
    case 'getCurrentDate': {
      const isDay = step.get('includeTime') === false
      return one(
        name('currentDate'),
        isDay ? `now | start_of: "day"${zoneIn(step, 'options.timezone')}` : 'now',
      )
    }
    case 'addToDate':
    case 'subtractFromDate': {
      const filter = operation === 'addToDate' ? 'date_add' : 'date_subtract'
      const span = `${amountIn(step, step.get('duration', 0))}, ${unitIn(step.word('timeUnit', 'days'))}`
      return one(
        name('newDate'),
        `${dateIn(step, step.get('magnitude'))} | ${filter}: ${span}${zoneIn(step, 'options.timezone')}`,
      )
    }
    case 'formatDate': {
      const chosen = step.word('format', 'MM/dd/yyyy')
      const format = formatOf(chosen === 'custom' ? step.word('customFormat') : chosen)
      return one(
        name('formattedDate'),
        `${dateIn(step, step.get('date'))} | date: ${quoted(format)}${zoneIn(step, 'options.timezone')}`,
      )
    }
    case 'getTimeBetweenDates': {
      const units = listOf(step.get('units', ['day']))
      if (units.length !== 1) throw new Unmapped('It says what lies between two dates in several units.')
      const unit = `${textOf(units[0])}s`
      const end = simpleIn(dateIn(step, step.get('endDate')))
      step.differs('What lies between the dates is a whole number.')
      return values(step, [
        {
          name: `${name('timeDifference')}.${unit}`,
          value: `{{ ${dateIn(step, step.get('startDate'))} | date_diff: ${end}, ${unitIn(unit)} }}`,
        },
      ])
    }
    case 'extractDate': {
      const part = step.word('part', 'month')
      const format = { year: 'YYYY', month: 'M', day: 'D', hour: 'H', minute: 'm', second: 's' }[part]
      if (format === undefined) throw new Unmapped(`It reads the "${part.slice(0, 40)}" of a date.`)
      return one(name('datePart'), `${dateIn(step, step.get('date'))} | date: ${quoted(format)} | to_number`)
    }
    case 'roundDate': {
      const filter = step.word('mode', 'roundDown') === 'roundUp' ? 'end_of' : 'start_of'
      const unit = step.word('toNearest', 'month') || step.word('to', 'month')
      return one(name('roundedDate'), `${dateIn(step, step.get('date'))} | ${filter}: ${unitIn(`${unit}s`)}`)
    }
    default:
      throw new Unmapped(`It does "${operation.slice(0, 40)}" with a date.`)
  }
}

function simpleIn(inside: string): string {
  if (inside.includes('|')) throw new Unmapped('It works with a date that is put together.')
  return inside
}

function formatOf(format: string): string {
  try {
    return dateFormat(format)
  } catch (error) {
    if (error instanceof Untranslatable) throw new Unmapped(`It writes ${error.message}.`)
    throw error
  }
}

function olderDate(step: Translation): Mapped {
  const name = step.word('dataPropertyName', 'data') || 'data'
  const date = dateIn(step, step.get('value'))
  if (step.word('action', 'format') === 'calculate') {
    const filter = step.word('operation', 'add') === 'subtract' ? 'date_subtract' : 'date_add'
    const span = `${amountIn(step, step.get('duration', 0))}, ${unitIn(step.word('timeUnit', 'days'))}`
    return values(step, [{ name, value: `{{ ${date} | ${filter}: ${span} }}` }])
  }
  const format = step.get('custom') === true ? step.word('toFormat') : step.word('toFormat', 'MM/DD/YYYY')
  if (format === 'X' || format === 'x') {
    const ms = `${date} | timestamp`
    return values(step, [
      { name, value: `{{ ${format === 'x' ? ms : `${ms} | divided_by: 1000 | floor`} }}` },
    ])
  }
  const zone = zoneIn(step, 'options.toTimezone')
  return values(step, [{ name, value: `{{ ${date} | date: ${quoted(formatOf(format))}${zone} }}` }])
}

export function html(step: Translation): Mapped {
  const operation = step.word('operation', 'generateHtmlTemplate')
  if (operation !== 'generateHtmlTemplate')
    throw new Unmapped(
      operation === 'extractHtmlContent'
        ? 'It reads parts of a web page by selectors.'
        : 'It makes a table of items.',
    )
  return values(step, [{ name: 'html', value: step.text(`=${textOf(step.get('html')).replace(/^=/, '')}`) }])
}
