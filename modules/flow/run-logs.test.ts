import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { intakeModule } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { flowModule } from './index.ts'
import { LogLevel, LogsQuery } from './metrics-api.ts'
import { capLogs, RUN_LOGS_MAX, readLogLevel, readRunLogs, writeLogLevel } from './run-logs.ts'
import type { LogLine } from './run-state.ts'
import { createWorkflow } from './workflows.ts'

const line = (level: LogLevel, message: string): LogLine => ({ level, message, nodeId: 'a', step: 1, at: 0 })
const lines = (count: number) => Array.from({ length: count }, (_, n) => line('info', `${n}`))

describe('the log lines a run keeps', () => {
  it('lines below the least level are left out and take no room', () => {
    const all = LogLevel.options.map(level => line(level, level))
    const kept = (least: LogLevel) => capLogs(all, 5, least)
    assert.deepEqual(kept('debug'), { lines: all, stored: 9 })
    assert.deepEqual(kept('info'), { lines: all.slice(1), stored: 8 })
    assert.deepEqual(kept('error'), { lines: all.slice(3), stored: 6 })
  })

  it('a run has room for exactly the most lines', () => {
    assert.deepEqual(capLogs(lines(RUN_LOGS_MAX), 0, 'info').lines, lines(RUN_LOGS_MAX))
    assert.deepEqual(capLogs(lines(1), RUN_LOGS_MAX - 1, 'info'), { lines: lines(1), stored: RUN_LOGS_MAX })
    assert.deepEqual(capLogs([line('debug', 'x')], RUN_LOGS_MAX, 'info'), {
      lines: [],
      stored: RUN_LOGS_MAX,
    })
  })

  it('the first line too many becomes one that says so, once, however the lines are cut into slices', () => {
    for (const slice of [1, 7, 333, 5000]) {
      let stored = 0
      const kept: LogLine[] = []
      for (let at = 0; at < 2500; at += slice) {
        const capped = capLogs(lines(2500).slice(at, at + slice), stored, 'info')
        kept.push(...capped.lines)
        ;({ stored } = capped)
      }
      assert.equal(kept.length, RUN_LOGS_MAX + 1, `in slices of ${slice}`)
      assert.deepEqual(kept.slice(0, RUN_LOGS_MAX), lines(RUN_LOGS_MAX))
      assert.deepEqual(
        kept.at(-1),
        line('warn', 'This run wrote more than 1,000 lines. The others were left out.'),
      )
    }
  })
})

describe('reading logs', () => {
  let t: TestKit
  let owner: Person
  let runId: string
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule, mailModule, intakeModule, flowModule] })
    owner = await makeOwner(t.kit)
    runId = newId()
    await t.asSuperuser(
      `insert into flow.runs (org_id, id, workflow_id, version_id, trigger_type, input) values ($1, $2, $2, $2, 'manual', '{}')`,
      [owner.orgId, runId],
    )
    // Of the run, and of another one that must not be seen.
    for (const [run, level, step, message] of [
      [runId, 'info', 1, 'first'],
      [runId, 'debug', 1, 'second'],
      [newId(), 'error', 1, 'of another'],
      [runId, 'warn', 2, 'third'],
      [runId, 'error', null, 'fourth'],
    ] as const) {
      await t.asSuperuser(
        'insert into flow.logs (org_id, id, run_id, step, level, message) values ($1, $2, $3, $4, $5, $6)',
        [owner.orgId, newId(), run, step, level, message],
      )
    }
  })
  after(() => t.close())

  const asOwner = <T>(work: (ctx: Context) => Promise<T>) =>
    inOrganization(t.kit, { orgId: owner.orgId, actor: { type: 'user', userId: owner.userId } }, work)
  const read = (query: Record<string, unknown>, of = runId) =>
    asOwner(ctx => readRunLogs(ctx, of, LogsQuery.parse(query)))
  const messages = async (query: Record<string, unknown>) =>
    (await read(query)).items.map(item => item.message)

  it('lines of a run come in order and can be narrowed by level and step', async () => {
    assert.deepEqual(await messages({}), ['first', 'second', 'third', 'fourth'])
    assert.deepEqual(await messages({ level: 'info' }), ['first', 'third', 'fourth'])
    assert.deepEqual(await messages({ level: 'error' }), ['fourth'])
    assert.deepEqual(await messages({ step: '1', level: 'debug' }), ['first', 'second'])
    assert.deepEqual(
      (await read({})).items.map(({ level, step }) => [level, step]),
      [
        ['info', 1],
        ['debug', 1],
        ['warn', 2],
        ['error', null],
      ],
    )
  })

  it('a page goes on where the one before ended', async () => {
    const first = await read({ limit: '3' })
    assert.deepEqual(
      first.items.map(item => item.message),
      ['first', 'second', 'third'],
    )
    assert.ok(first.nextCursor)
    const second = await read({ limit: '3', cursor: first.nextCursor })
    assert.deepEqual([second.items.map(item => item.message), second.nextCursor], [['fourth'], null])
    await assert.rejects(read({ cursor: 'yesterday' }), { code: 'request.invalid' })
  })

  it('a run that is not there has no logs', async () => {
    await assert.rejects(read({}, newId()), { code: 'request.not_found' })
  })

  it('a workflow keeps lines from info on until somebody chooses otherwise', async () => {
    const id = await asOwner(ctx => createWorkflow(ctx, { name: 'Talks' }))
    assert.deepEqual(await asOwner(ctx => readLogLevel(ctx, id)), { level: 'info' })
    assert.deepEqual(await asOwner(ctx => writeLogLevel(ctx, id, 'debug')), { level: 'debug' })
    assert.deepEqual(await asOwner(ctx => readLogLevel(ctx, id)), { level: 'debug' })
    await assert.rejects(
      asOwner(ctx => writeLogLevel(ctx, newId(), 'warn')),
      { code: 'request.not_found' },
    )
  })
})
