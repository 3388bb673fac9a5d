import { type Implemented, implement, implementInTwo } from '#platform/http/handlers.ts'
import { readDraftRun, runDraft } from './draft-runs.ts'
import { dryRun, readDryRun } from './dry-runs.ts'
import { listPins, removePin, setPin } from './pins.ts'
import { readNodeTest, runNodeTest } from './step-trial.ts'
import * as api from './trial-api.ts'
import { readVariables, variablesOf } from './variables.ts'

/** Trying a draft out before it is published. */
export const trialRoutes: readonly Implemented[] = [
  implementInTwo(
    api.listVariables,
    (ctx, { params, query }, http) =>
      readVariables(ctx, params.workflowId, { nodeId: query.nodeId, after: query.after === 'true' }, http),
    (found, http) => variablesOf(found, http),
  ),
  implement(api.listPins, async (ctx, { params }) => ({ items: await listPins(ctx, params.workflowId) })),
  implement(api.setPin, (ctx, { params, body }) => setPin(ctx, params.workflowId, params.nodeId, body.data)),
  implement(api.removePin, async (ctx, { params }) => {
    await removePin(ctx, params.workflowId, params.nodeId)
    return undefined
  }),
  implementInTwo(
    api.testNode,
    (ctx, { params, body }, http) => readNodeTest(ctx, params.workflowId, body, http),
    (found, http) => runNodeTest(found, http),
  ),
  implementInTwo(
    api.runDraft,
    (ctx, { params, body }, http) => readDraftRun(ctx, params.workflowId, body, http),
    (found, http) => runDraft(found, http),
  ),
  implementInTwo(
    api.dryRun,
    (ctx, { params, body }, http) => readDryRun(ctx, params.workflowId, body, http),
    (found, http) => dryRun(found, http),
  ),
]
