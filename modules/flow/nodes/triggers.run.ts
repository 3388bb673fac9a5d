import { type NodeRunner, next } from '../node-run.ts'

/** Triggers do nothing when the run stands on them: what they bring is the run's input. */
const started = { run: () => next('out', null) }

export const formSubmittedRunner: NodeRunner = { type: 'form_submitted', load: () => started }

export const manualRunner: NodeRunner = { type: 'manual', load: () => started }
