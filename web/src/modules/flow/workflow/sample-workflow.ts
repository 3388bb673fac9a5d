import { type Graph, graphSchema } from '#modules/flow/contract.ts'

/** A small workflow that anybody can start by hand and watch: it tells the owner, waits, and tells again. */
export function sampleWorkflow(): Graph {
  return graphSchema.parse({
    nodes: [
      { id: 'start', type: 'manual', label: 'Started by hand', position: { x: 0, y: 0 } },
      {
        id: 'hello',
        type: 'notify',
        label: 'Say hello',
        config: { title: 'Your first run is under way', body: 'It goes on in half a minute.' },
        position: { x: 300, y: 0 },
      },
      {
        id: 'wait',
        type: 'wait',
        label: 'Wait a little',
        config: { duration: { amount: 30, unit: 'seconds' } },
        position: { x: 600, y: 0 },
      },
      {
        id: 'done',
        type: 'notify',
        label: 'Say that it is done',
        config: { title: 'Your first run is done', body: 'Started at {{ run.startedAt }}.' },
        position: { x: 900, y: 0 },
      },
    ],
    edges: [
      { id: 'start-hello', source: 'start', target: 'hello' },
      { id: 'hello-wait', source: 'hello', target: 'wait' },
      { id: 'wait-done', source: 'wait', target: 'done' },
    ],
  })
}
