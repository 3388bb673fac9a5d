import { isPlainObject } from '#platform/contract/plain-data.ts'
import { type NodeRunner, next, type Outcome } from '../node-run.ts'
import { APPROVED_HANDLE, type ApprovalConfig, REJECTED_HANDLE, TIMED_OUT_HANDLE } from './approval.ts'
import { spanMs } from './wait.ts'

export const approvalRunner: NodeRunner<ApprovalConfig> = {
  type: 'approval',
  load(config, tools) {
    const title = tools.text(config.title, { missing: 'empty' })
    const text = tools.text(config.text, { missing: 'empty' })
    const patience = config.timeout === undefined ? null : spanMs(config.timeout)
    return {
      run({ scope, now }): Outcome {
        const until = patience === null ? null : now + patience
        const payload = {
          title: title(scope).trim().slice(0, 500) || 'Please decide',
          body: text(scope),
          roles: config.roles,
          until: until === null ? null : new Date(until).toISOString(),
        }
        return {
          do: 'await',
          for: 'approval',
          until,
          input: payload,
          effect: { kind: 'ask_approval', payload },
        }
      },
      resume(_context, wake, input): Outcome {
        switch (wake.by) {
          case 'answer': {
            const isApproved = isPlainObject(wake.output) && wake.output.approved === true
            return next(isApproved ? APPROVED_HANDLE : REJECTED_HANDLE, wake.output, input)
          }
          case 'failure':
            return { do: 'fail', error: wake.error, input }
          default:
            return next(TIMED_OUT_HANDLE, null, input)
        }
      },
    }
  },
}
