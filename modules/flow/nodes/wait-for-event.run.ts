import { leadKey, signalKey } from '../event-kinds.ts'
import { type LoadTools, type NodeRunner, next, type Outcome, permanent, type Scope } from '../node-run.ts'
import { HAPPENED_HANDLE, TIMEOUT_HANDLE, timeoutMs, type WaitForEventConfig } from './wait-for-event.ts'

const KEY_LENGTH_MAX = 200

export const waitForEventRunner: NodeRunner<WaitForEventConfig> = {
  type: 'wait_for_event',
  load(config, tools) {
    const length = timeoutMs(config)
    const keyOf = config.match === 'key' ? signalKeyReader(config, tools) : leadKeyReader(tools)
    const startOfRun = config.includeEarlier ? tools.text('{{ run.startedAt }}', { missing: 'error' }) : null
    return {
      run({ scope, now }): Outcome {
        const key = keyOf(scope)
        const until = now + length
        const input = { event: config.event, until: new Date(until).toISOString() }
        if (key === null) return { do: 'fail', error: missing(config), input }
        const since = startOfRun === null ? new Date(now).toISOString() : startOfRun(scope)
        const payload = { eventType: config.event, key, since, until: input.until }
        return {
          do: 'await',
          for: 'event',
          until,
          input: { ...input, key },
          effect: { kind: 'wait_for_event', payload },
        }
      },
      resume(_context, wake, input): Outcome {
        switch (wake.by) {
          case 'answer':
            return next(HAPPENED_HANDLE, wake.output, input)
          case 'failure':
            return { do: 'fail', error: wake.error, input }
          default:
            return next(TIMEOUT_HANDLE, null, input)
        }
      },
    }
  },
}

function signalKeyReader(config: WaitForEventConfig, tools: LoadTools): (scope: Scope) => string | null {
  const read = tools.text(config.key, { missing: 'empty' })
  return scope => {
    const key = read(scope).trim()
    return key === '' || key.length > KEY_LENGTH_MAX ? null : signalKey(key)
  }
}

function leadKeyReader(tools: LoadTools): (scope: Scope) => string | null {
  const read = tools.text('{{ lead.id }}', { missing: 'empty' })
  return scope => {
    const leadId = read(scope)
    return leadId === '' ? null : leadKey(leadId)
  }
}

function missing({ match }: WaitForEventConfig) {
  return match === 'lead'
    ? permanent('wait.no_lead', 'The run is about no lead, so no event can be about it.')
    : permanent('wait.no_key', `The key to wait for is empty or longer than ${KEY_LENGTH_MAX} characters.`)
}
