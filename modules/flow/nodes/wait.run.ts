import type { Json } from '#platform/contract/plain-data.ts'
import { instantOf, nextOpening, shifted } from '../business-hours.ts'
import { type NodeRunner, next, type Outcome, permanent } from '../node-run.ts'
import type { StepError } from '../run-state.ts'
import { spanMs, WAIT_MS_MAX, type WaitConfig } from './wait.ts'

export const waitRunner: NodeRunner<WaitConfig> = {
  type: 'wait',
  load(config, tools) {
    if ('duration' in config) {
      const length = spanMs(config.duration)
      return { run: ({ now }) => waitUntil(now + length, now) }
    }
    if ('businessHours' in config) {
      const { businessHours } = config
      return {
        run({ now }) {
          const opens = nextOpening(businessHours, now)
          if (opens !== null) return waitUntil(opens, now)
          return failed('wait.always_closed', 'These business hours have no opening within two years.')
        },
      }
    }
    const { timeZone, offset } = config
    const text = tools.text(config.until, { missing: 'error' })
    const sign = offset?.direction === 'before' ? -1 : 1
    return {
      run({ scope, now }) {
        const written = text(scope)
        const date = instantOf(written, timeZone)
        if (date === null) {
          return failed(
            'wait.invalid_date',
            `"${written.slice(0, 100)}" is not a date such as 2026-03-29T09:00.`,
          )
        }
        const move = offset && { amount: sign * offset.amount, unit: offset.unit }
        return waitUntil(move ? shifted(date, move, timeZone) : date, now)
      },
    }
  },
}

/** Goes on at once when the time is not ahead; refuses to wait for longer than runs are sure to be kept. */
function waitUntil(until: number, now: number): Outcome {
  const input = { until: new Date(until).toISOString() }
  if (until <= now) return next('out', null, input)
  if (until - now > WAIT_MS_MAX) {
    return failed('wait.too_far', `${input.until} is more than a year ahead.`, input)
  }
  return { do: 'wait', until, input }
}

function failed(code: StepError['code'], message: string, input: Json = null): Outcome {
  return { do: 'fail', error: permanent(code, message), input }
}
