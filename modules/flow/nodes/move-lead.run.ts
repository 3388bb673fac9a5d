import type { NodeRunner } from '../node-run.ts'
import type { MoveLeadConfig } from './move-lead.ts'

export const moveLeadRunner: NodeRunner<MoveLeadConfig> = {
  type: 'move_lead',
  load(config, tools) {
    const status = tools.text(config.status, { missing: 'error' })
    return {
      run({ scope }) {
        const payload = { status: status(scope).trim() }
        return {
          do: 'next',
          handle: 'out',
          input: payload,
          output: payload,
          vars: null,
          effect: { kind: 'move_lead', payload },
        }
      },
    }
  },
}
