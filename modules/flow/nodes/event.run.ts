import { type NodeRunner, next } from '../node-run.ts'

/** What happened is the run's input. */
export const eventRunner: NodeRunner = { type: 'event', load: () => ({ run: () => next('out', null) }) }
