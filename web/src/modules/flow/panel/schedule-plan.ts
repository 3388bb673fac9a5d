/** Schedules as people choose them, and the five fields they are stored as. */

/** Times of the clock are "09:00"; weekdays are numbers, 0 being Sunday. */
export type Plan =
  | { readonly every: 'minutes'; readonly step: number }
  | { readonly every: 'hours'; readonly step: number; readonly minute: number }
  | { readonly every: 'week'; readonly weekdays: readonly number[]; readonly time: string }
  | { readonly every: 'month'; readonly day: number; readonly time: string }
  /** Anything else, in its own words. */
  | { readonly every: 'other'; readonly cron: string }

export type PlanKind = Plan['every']

const NAMED: Readonly<Record<string, string>> = {
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6]
const NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

const isWithin = (text: string, max: number) => /^\d{1,2}$/.test(text) && Number(text) <= max
const two = (value: number) => String(value).padStart(2, '0')

/** What a schedule says, as far as the choices can say it. */
export function planOf(cron: string): Plan {
  const other: Plan = { every: 'other', cron }
  const written = cron.trim().toLowerCase()
  const fields = (NAMED[written] ?? written).split(/\s+/)
  if (fields.length !== 5) return other
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields
  if (month !== '*') return other
  const isEveryDay = day === '*' && weekday === '*'
  const minutes = stepOf(minute, 59)
  if (isEveryDay && hour === '*' && minutes !== undefined) return { every: 'minutes', step: minutes }
  if (!isWithin(minute, 59)) return other
  const hours = stepOf(hour, 23)
  if (isEveryDay && hours !== undefined) return { every: 'hours', step: hours, minute: Number(minute) }
  if (!isWithin(hour, 23)) return other
  const time = `${two(Number(hour))}:${two(Number(minute))}`
  if (day !== '*')
    return weekday === '*' && isWithin(day, 31) && day !== '0'
      ? { every: 'month', day: Number(day), time }
      : other
  const weekdays = weekdaysOf(weekday)
  return weekdays === undefined ? other : { every: 'week', weekdays, time }
}

/** The step of a field such as "star slash five"; a star alone is a step of one. */
function stepOf(field: string, max: number): number | undefined {
  if (field === '*') return 1
  const step = /^\*\/(\d{1,2})$/.exec(field)?.[1]
  return step !== undefined && Number(step) > 0 && Number(step) <= max ? Number(step) : undefined
}

function weekdaysOf(field: string): number[] | undefined {
  if (field === '*') return EVERY_DAY
  const days = field.split(',').flatMap(part => {
    const [from, to, ...more] = part.split('-').map(weekdayOf)
    if (from === undefined || more.length > 0) return [undefined]
    if (!part.includes('-')) return [from]
    return to === undefined || to < from
      ? [undefined]
      : Array.from({ length: to - from + 1 }, (_, index) => from + index)
  })
  if (!days.every(day => day !== undefined)) return undefined
  return [...new Set(days.map(day => day % 7))].sort((a, b) => a - b)
}

function weekdayOf(text: string): number | undefined {
  const named = NAMES.indexOf(text)
  if (named !== -1) return named
  return /^[0-7]$/.test(text) ? Number(text) : undefined
}

/** The five fields a plan is stored as. */
export function cronOf(plan: Plan): string {
  switch (plan.every) {
    case 'minutes':
      return plan.step === 1 ? '* * * * *' : `*/${plan.step} * * * *`
    case 'hours':
      return `${plan.minute} ${plan.step === 1 ? '*' : `*/${plan.step}`} * * *`
    case 'week':
      return `${clockFields(plan.time)} * * ${weekdayField(plan.weekdays)}`
    case 'month':
      return `${clockFields(plan.time)} ${plan.day} * *`
    case 'other':
      return plan.cron
  }
}

function clockFields(time: string): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return `${minute} ${hour}`
}

/** A run of days is written as one, so that what is stored reads well too. */
function weekdayField(weekdays: readonly number[]): string {
  const days = [...weekdays].sort((a, b) => a - b)
  const [first = 0] = days
  if (days.length === 7) return '*'
  const isRun = days.length > 2 && days.every((day, index) => day === first + index)
  return isRun ? `${first}-${days.at(-1)}` : days.join(',')
}

/** A plan of another kind, keeping the time of the day where both have one. */
export function planFor(kind: PlanKind, before: Plan): Plan {
  const time = 'time' in before ? before.time : '09:00'
  switch (kind) {
    case 'minutes':
      return { every: 'minutes', step: 15 }
    case 'hours':
      return { every: 'hours', step: 1, minute: 0 }
    case 'week':
      return { every: 'week', weekdays: [1, 2, 3, 4, 5], time }
    case 'month':
      return { every: 'month', day: 1, time }
    case 'other':
      return { every: 'other', cron: cronOf(before) }
  }
}
