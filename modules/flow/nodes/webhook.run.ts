import { type NodeRunner, next } from '../node-run.ts'

/** What was delivered is the run's input. */
export const webhookRunner: NodeRunner = { type: 'webhook', load: () => ({ run: () => next('out', null) }) }
