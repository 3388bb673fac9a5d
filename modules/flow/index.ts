import { fileURLToPath } from 'node:url'
import type { Module } from '#platform/module.ts'
import { runEngine } from './engine.ts'
import { flowPersonal } from './personal.ts'
import { flowRoutes } from './routes.ts'
import { flowSamples } from './samples.ts'
import { scheduleLoop } from './schedules.ts'

export { type Backlog, readBacklog } from './backlog.ts'
export { controlRuns } from './control.ts'
export { eventReactions } from './event-reactions.ts'
export { startRunsForForm } from './form-trigger.ts'
export { startRuns } from './fresh-runs.ts'
export { putMetrics } from './metrics.ts'
export { forgetExpiredRuns } from './retention.ts'
export { startRun } from './runs.ts'
export { findWorkflows, nameWorkflows, type RunUnderWay, runsUnderWay } from './runs-under-way.ts'
export { startSoon } from './start-soon.ts'
export { createWorkflow, getWorkflow, publishWorkflow, saveDraft } from './workflows.ts'

/** Workflows: what people draw, what runs, and the engine that runs it. */
export const flowModule: Module = {
  name: 'flow',
  migrations: fileURLToPath(new URL('./migrations', import.meta.url)),
  routes: flowRoutes,
  personal: flowPersonal,
  samples: flowSamples,
  loops: [{ name: 'engine', run: runEngine }, scheduleLoop],
}
