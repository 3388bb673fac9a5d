import assert from 'node:assert/strict'
import { test } from 'node:test'
import { graphSchema, type RunDetail } from '#modules/flow/contract.ts'
import { arrivalsBetween } from './arrivals.ts'
import { lastTrails, noteworthyStep, takenEdges, trailsOf } from './run-path.ts'
import { elapsedWords, failureWords, leftWords, offsetWords, tookWords, untilWords } from './run-words.ts'

const graph = graphSchema.parse({
  nodes: [
    { id: 'form', type: 'form_submitted' },
    {
      id: 'budget',
      type: 'condition',
      config: { condition: { field: 'budget', operator: 'greater_than', value: 5 } },
    },
    { id: 'tell', type: 'notify', config: { title: 'Large' } },
    { id: 'call', type: 'http_request', label: 'Call the CRM', config: { url: 'https://example.com' } },
    { id: 'later', type: 'wait', config: { duration: { amount: 1, unit: 'minutes' } } },
    { id: 'sorry', type: 'notify', config: { title: 'The call failed' } },
  ],
  edges: [
    { id: 'start', source: 'form', target: 'budget' },
    { id: 'yes', source: 'budget', target: 'tell', sourceHandle: 'true' },
    { id: 'no', source: 'budget', target: 'call', sourceHandle: 'false' },
    { id: 'told', source: 'tell', target: 'call' },
    { id: 'called', source: 'call', target: 'later' },
    { id: 'failed', source: 'call', target: 'sorry', sourceHandle: 'error' },
  ],
})

const second = (at: number) => new Date(Date.UTC(2026, 10, 21, 9, 30, at)).toISOString()

type StepPart = Partial<RunDetail['stepList'][number]> & { number: number; nodeId: string }

function runOf(steps: StepPart[], more: Partial<RunDetail> = {}) {
  return {
    status: 'running' as const,
    error: null,
    nextWakeAt: null,
    graph,
    ...more,
    stepList: steps.map(step => ({
      attempt: 1,
      path: '',
      exits: step.status === undefined || step.status === 'completed' ? ['out'] : [],
      nodeType: graph.nodes.find(node => node.id === step.nodeId)?.type ?? '',
      status: 'completed' as const,
      input: null,
      output: null,
      error: null,
      startedAt: second(step.number),
      finishedAt: step.status === 'running' || step.status === 'waiting' ? null : second(step.number + 1),
      ...step,
    })),
  }
}

const begun = (result: boolean): StepPart[] => [
  { number: 1, nodeId: 'form' },
  { number: 2, nodeId: 'budget', exits: [String(result)], output: { result } },
]

const failedCall = (attempt: number): StepPart => ({
  number: 3,
  nodeId: 'call',
  attempt,
  status: 'failed',
  error: { code: 'http.status', message: 'The server answered with status 503' },
})

test('attempts of a step are one trail from the first start to the last finish, whatever their order', () => {
  const again = { ...failedCall(2), status: 'completed' as const, finishedAt: second(9) }
  const trails = trailsOf(runOf([again, ...begun(false), failedCall(1)]))
  assert.deepEqual(
    trails.map(trail => [trail.number, trail.nodeId, trail.attempts.length, trail.state]),
    [
      [1, 'form', 1, 'completed'],
      [2, 'budget', 1, 'completed'],
      [3, 'call', 2, 'completed'],
    ],
  )
  assert.equal(trails[2]?.startedAt, Date.parse(second(3)))
  assert.equal(trails[2]?.finishedAt, Date.parse(second(9)))
})

test('a wait goes on at its own time, not at the earliest of the run', () => {
  const steps: StepPart[] = [{ number: 3, nodeId: 'later', status: 'waiting', input: { until: second(50) } }]
  const [trail] = trailsOf(runOf(steps, { status: 'waiting', nextWakeAt: second(20) }))
  assert.equal(trail?.until, Date.parse(second(50)))
  assert.equal(trail?.finishedAt, null)
})

test('a wait of a run that is held does not count down', () => {
  const steps: StepPart[] = [{ number: 3, nodeId: 'later', status: 'waiting', input: { until: second(50) } }]
  const [trail] = trailsOf(runOf(steps, { status: 'paused', nextWakeAt: second(50) }))
  assert.deepEqual([trail?.state, trail?.until], ['waiting', null])
})

test('what waits for no time is not woken by the timer of another step', () => {
  const waiting = { status: 'waiting', nodeType: 'wait_for_event' } as const
  const steps: StepPart[] = [{ number: 3, nodeId: 'later', ...waiting, input: {} }]
  const [trail] = trailsOf(runOf(steps, { status: 'waiting', nextWakeAt: second(50) }))
  assert.equal(trail?.until, null)
})

test('a step inside a loop shows that the loop was entered', () => {
  const loop = graphSchema.parse({
    nodes: [
      { id: 'each', type: 'each' },
      { id: 'tell', type: 'notify', config: { title: 'One' } },
      { id: 'done', type: 'notify', config: { title: 'All' } },
    ],
    edges: [
      { id: 'in', source: 'each', target: 'tell', sourceHandle: 'each' },
      { id: 'out', source: 'each', target: 'done', sourceHandle: 'done' },
    ],
  })
  const steps: StepPart[] = [
    { number: 1, nodeId: 'each', status: 'waiting' },
    { number: 2, nodeId: 'tell', path: 'each.0' },
  ]
  assert.deepEqual([...takenEdges(loop, trailsOf(runOf(steps, { graph: loop })))], ['in'])
})

test('a failed attempt of an open run waits for the next one until the attempts are used up', () => {
  const open = { status: 'waiting' as const, nextWakeAt: second(40) }
  const retrying = lastTrails(trailsOf(runOf([...begun(false), failedCall(1)], open))).get('call')
  assert.equal(retrying?.state, 'waiting')
  assert.equal(retrying?.isRetrying, true)
  assert.equal(retrying?.until, Date.parse(second(40)))
  const used = trailsOf(runOf([...begun(false), failedCall(3)], open)).at(-1)
  assert.equal(used?.state, 'failed')
  const over = trailsOf(runOf([...begun(false), failedCall(1)], { status: 'failed', nextWakeAt: null })).at(
    -1,
  )
  assert.equal(over?.state, 'failed')
})

test('a step whose error exit was taken has failed although the run goes on', () => {
  const failed = { ...failedCall(1), exits: ['error'] }
  const steps: StepPart[] = [...begun(false), failed, { number: 4, nodeId: 'sorry' }]
  const run = runOf(steps, { status: 'waiting', nextWakeAt: second(40) })
  assert.equal(lastTrails(trailsOf(run)).get('call')?.state, 'failed')
  assert.deepEqual([...takenEdges(graph, trailsOf(run))], ['start', 'no', 'failed'])
})

test('only the exit a condition chose is part of the way, also where both exits lead to what was reached', () => {
  const large = runOf([...begun(true), { number: 3, nodeId: 'tell' }, { number: 4, nodeId: 'call' }])
  assert.deepEqual([...takenEdges(graph, trailsOf(large))], ['start', 'yes', 'told'])
  const small = runOf([...begun(false), { number: 3, nodeId: 'call', status: 'running' }])
  assert.deepEqual([...takenEdges(graph, trailsOf(small))], ['start', 'no'])
})

test('an edge that is switched off or whose source has not finished is not part of the way', () => {
  const off = {
    ...graph,
    edges: graph.edges.map(edge => (edge.id === 'no' ? { ...edge, enabled: false } : edge)),
  }
  const trails = trailsOf(runOf([...begun(false), { number: 3, nodeId: 'call', status: 'running' }]))
  assert.deepEqual([...takenEdges(off, trails)], ['start'])
})

test('the step worth showing failed, else is under way, else is the last', () => {
  assert.equal(noteworthyStep([]), undefined)
  assert.equal(noteworthyStep(trailsOf(runOf(begun(true))))?.number, 2)
  const waiting = runOf([...begun(true), { number: 3, nodeId: 'later', status: 'waiting' }])
  assert.equal(noteworthyStep(trailsOf(waiting))?.number, 3)
  const failed = runOf([...begun(false), failedCall(1), { number: 4, nodeId: 'sorry' }])
  assert.equal(noteworthyStep(trailsOf(failed))?.number, 3)
})

test('a failed run says which step failed, after how many attempts, why, and what to do', () => {
  const error = {
    code: 'http.status',
    message: 'The server answered with status 503',
    nodeId: 'call',
    step: 3,
  }
  const run = runOf([...begun(false), failedCall(1), failedCall(2)], { status: 'failed', error })
  const words = failureWords(run)
  assert.equal(words?.what, '“Call the CRM” failed after 2 attempts: The server answered with status 503.')
  assert.match(words?.next ?? '', /other system/)
  assert.equal(failureWords(runOf(begun(true))), undefined)
  const unknown = { code: 'strange', message: 'Odd.', nodeId: 'gone' }
  assert.equal(failureWords({ ...run, error: unknown })?.what, 'The run failed: Odd.')
  assert.ok(failureWords({ ...run, error: null })?.next)
})

test('what is new since the last look comes in the order of its steps', () => {
  const before = trailsOf(runOf(begun(true)))
  const after = trailsOf(
    runOf([...begun(true), { number: 3, nodeId: 'tell' }, { number: 4, nodeId: 'call' }]),
  )
  assert.deepEqual(
    [...arrivalsBetween(before, after)],
    [
      ['tell', 0],
      ['call', 1],
    ],
  )
  assert.equal(arrivalsBetween(after, after).size, 0)
})

test('times are told in the unit a person reads at a glance', () => {
  assert.equal(tookWords(0), '< 1 ms')
  assert.equal(tookWords(1200), '1.2 s')
  assert.equal(elapsedWords(-5), '1 s')
  assert.equal(elapsedWords(2_900), '2 s')
  assert.equal(elapsedWords(65_400), '1 min 5 s')
  assert.equal(untilWords(58_000, 0), 'in 58 s')
  assert.equal(untilWords(400, 0), 'any moment')
  assert.equal(untilWords(0, 5_000), 'any moment')
  assert.equal(untilWords(125_000, 0), 'in 2 min 5 s')
  assert.equal(leftWords(58_000, 0), '58 s left')
  assert.equal(leftWords(0, 5), 'any moment')
  assert.equal(offsetWords(1_500, 300), '+1.2 s')
  assert.equal(offsetWords(100, 300), '+0 ms')
})
