import { type NodeRunner, next, type Outcome } from '../node-run.ts'
import { loadNamedValues } from './named-values.ts'
import type { SubWorkflowConfig } from './sub-workflow.ts'

export const subWorkflowRunner: NodeRunner<SubWorkflowConfig> = {
  type: 'sub_workflow',
  load({ workflowId, input, wait }, tools) {
    const values = loadNamedValues(input, tools)
    return {
      run(context): Outcome {
        const given = values(context.scope)
        const effect = { kind: 'start_run', payload: { workflowId, input: given } }
        const runId = context.effectId()
        if (wait) return { do: 'await', for: 'child', until: null, input: { runId, input: given }, effect }
        return { ...next('out', { runId }, given), effect }
      },
    }
  },
}
