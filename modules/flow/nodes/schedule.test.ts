import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import { advance } from '../advance.ts'
import { graphSchema } from '../graph.ts'
import { loadPlan } from '../loaded-plan.ts'
import { compile } from '../plan.ts'
import { nodeTypes } from './catalogue.ts'
import { nodeRunners } from './runners.ts'

const config = { cron: '0 9 * * 1-5', timeZone: 'Europe/Paris' }

function outputOf(input: JsonObject) {
  const graph = graphSchema.parse({ nodes: [{ id: 'start', type: 'schedule', config }], edges: [] })
  const plan = loadPlan(compile(graph, nodeTypes), nodeRunners)
  const run = { orgId: 'org', runId: 'run', startedAt: 0, input }
  return advance(plan, plan.start, [], { run, now: 0, random: () => 0 }).steps[0]?.output
}

test('the step shows the slot of the run, and nothing when the run was started by hand', () => {
  const schedule = { slot: '2026-03-02T08:00:00.000Z', timeZone: 'Europe/Paris' }
  assert.deepEqual(outputOf({ schedule, other: 1 }), { schedule })
  assert.equal(outputOf({}), null)
})

test('a schedule is said in words, makes up for one missed time, and is refused where it is wrong', () => {
  const type = nodeTypes.get('schedule')
  const read = (more: object) => type?.config.safeParse({ ...config, ...more })
  assert.equal(type?.summary(config), 'Every weekday at 09:00, Europe/Paris')
  assert.deepEqual(read({})?.data, { ...config, missed: 'one' })
  const messages = (more: object) =>
    read(more)
      ?.error?.issues.map(issue => issue.message)
      .join()
  assert.match(messages({ cron: '0 0 31 4 *' }) ?? '', /never happens/)
  assert.match(messages({ cron: 'daily' }) ?? '', /five fields/)
  assert.match(messages({ timeZone: '+02:00' }) ?? '', /not the name of a time zone/)
  assert.ok(messages({ missed: 'some' }))
})
