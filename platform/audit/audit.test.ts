import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { inOrganization } from '#platform/context.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { type AuditEntry, audit } from './audit.ts'
import { verifyAudit } from './verify.ts'

describe('the audit log', () => {
  let t: TestKit
  before(async () => {
    t = await testKit()
  })
  after(() => t.close())

  const userId = newId()
  const caller = { name: 'Ada Owner', address: '203.0.113.9', userAgent: 'test/1' }
  const write = (orgId: string, ...entries: AuditEntry[]) =>
    inOrganization(
      t.kit,
      { orgId, actor: { type: 'user', userId }, caller, requestId: 'request 1' },
      async ctx => {
        for (const entry of entries) await audit(ctx, entry)
      },
    )
  const member = (n = 1): AuditEntry => ({
    action: 'member.role_changed',
    object: { type: 'member', id: `m${n}`, name: 'Müller 👩‍🔧' },
    before: { role: 'member', status: 'active' },
    after: { role: 'admin', status: 'active' },
  })
  const stored = (orgId: string) =>
    t.asSuperuser<Record<string, unknown>>('select * from audit.entries where org_id = $1 order by number', [
      orgId,
    ])

  it('keeps who did what to what, from where, and only what changed', async () => {
    const orgId = anyOrgId()
    await write(orgId, member())
    const [entry] = await stored(orgId)
    assert.ok(entry)
    const { created_at, hash, previous_hash, ...rest } = entry
    assert.ok(created_at instanceof Date)
    assert.equal((previous_hash as Buffer).toString('hex'), '0'.repeat(64))
    assert.equal((hash as Buffer).length, 32)
    assert.deepEqual(rest, {
      org_id: orgId,
      number: '1',
      actor_type: 'user',
      actor_id: userId,
      actor_name: 'Ada Owner',
      action: 'member.role_changed',
      object_type: 'member',
      object_id: 'm1',
      object_name: 'Müller 👩‍🔧',
      before: { role: 'member' },
      after: { role: 'admin' },
      address: '203.0.113.9',
      user_agent: 'test/1',
      request_id: 'request 1',
    })
    assert.deepEqual(await verifyAudit(t.kit, orgId), {
      verifiedTo: 1,
      entries: 1,
      headHash: (hash as Buffer).toString('hex'),
      firstBreak: null,
    })
  })

  it('stores the change and its entry together or neither', async () => {
    const orgId = anyOrgId()
    const failing = inOrganization(t.kit, { orgId, actor: { type: 'system', name: 'test' } }, async ctx => {
      await audit(ctx, member())
      throw new Error('no')
    })
    await assert.rejects(failing)
    assert.deepEqual(await stored(orgId), [])
    assert.deepEqual((await verifyAudit(t.kit, orgId)).verifiedTo, 0)
  })

  it('fails the change when the entry is refused', async () => {
    await assert.rejects(write(anyOrgId(), { action: 'Not dotted', object: { type: 'x', id: 'y' } }))
  })

  it('numbers without a gap and chains under 32 concurrent writers', async () => {
    const orgId = anyOrgId()
    await Promise.all(
      Array.from({ length: 32 }, async (_, writer) => {
        for (let n = 0; n < 8; n++) await write(orgId, member(writer), member(writer + 100))
      }),
    )
    const rows = await stored(orgId)
    assert.deepEqual(
      rows.map(row => Number(row.number)),
      Array.from({ length: 512 }, (_, n) => n + 1),
    )
    for (const [n, row] of rows.entries()) {
      const last = rows[n - 1]
      if (!last) continue
      assert.ok((row.previous_hash as Buffer).equals(last.hash as Buffer))
      assert.ok((row.created_at as Date) >= (last.created_at as Date), 'times and numbers agree')
    }
    const { verifiedTo, firstBreak } = await verifyAudit(t.kit, orgId)
    assert.deepEqual({ verifiedTo, firstBreak }, { verifiedTo: 512, firstBreak: null })
  })

  it('refuses the running program to change or delete what is written', async () => {
    const orgId = anyOrgId()
    await write(orgId, member())
    for (const text of ["update audit.entries set action = 'a.b'", 'delete from audit.entries']) {
      const tried = t.kit.db.withOrg(orgId, tx => tx.query(`${text} where org_id = $1`, [orgId]))
      await assert.rejects(tried, /permission denied/)
    }
    assert.equal((await stored(orgId)).length, 1)
  })

  const COLUMNS: Record<string, string> = {
    created_at: "created_at + interval '1 microsecond'",
    actor_type: "'system'",
    actor_id: "'somebody else'",
    actor_name: "actor_name || ' '",
    action: "'member.removed'",
    object_type: "'user'",
    object_id: "'m9'",
    object_name: 'null',
    before: `'{"role": "member"}'`,
    after: `'{"role":"viewer"}'`,
    address: "'203.0.113.10'",
    user_agent: "''",
    request_id: "'request 2'",
    previous_hash: "decode(repeat('11', 32), 'hex')",
    hash: "decode(repeat('22', 32), 'hex')",
    number: 'number + 100',
    org_id: 'gen_random_uuid()',
  }

  it('knows every column there is to tamper with', async () => {
    const columns = await t.asSuperuser<{ name: string }>(
      `select column_name as name from information_schema.columns where table_schema = 'audit' and table_name = 'entries'`,
    )
    assert.deepEqual(new Set(columns.map(({ name }) => name)), new Set(Object.keys(COLUMNS)))
  })

  /** What somebody with all rights over the database does to it, past its triggers. */
  const tamper = (text: string, orgId: string) =>
    t.asSuperuser(
      `do $do$ begin
         set local session_replication_role = replica;
         ${text.replaceAll('$org', `'${orgId}'`)};
       end $do$`,
    )
  const threeEntries = async () => {
    const orgId = anyOrgId()
    for (const n of [1, 2, 3]) await write(orgId, member(n))
    return orgId
  }

  for (const [column, value] of Object.entries(COLUMNS)) {
    it(`shows that ${column} of an entry was changed`, async () => {
      const orgId = await threeEntries()
      await tamper(`update audit.entries set ${column} = ${value} where org_id = $org and number = 2`, orgId)
      const { verifiedTo, firstBreak } = await verifyAudit(t.kit, orgId)
      assert.deepEqual([verifiedTo, firstBreak?.number], [1, 2])
    })
  }

  const ACTS: readonly (readonly [what: string, sql: string, verifiedTo: number, reason: string])[] = [
    ['the last entry is gone', 'delete from audit.entries where org_id = $org and number = 3', 2, 'missing'],
    [
      'an entry in the middle is gone',
      'delete from audit.entries where org_id = $org and number = 2',
      1,
      'missing',
    ],
    ['the first entry is gone', 'delete from audit.entries where org_id = $org and number = 1', 0, 'missing'],
    ['all entries are gone', 'delete from audit.entries where org_id = $org', 0, 'missing'],
    ['the head was set back', 'update audit.heads set number = 2 where org_id = $org', 2, 'head_changed'],
    [
      'the head was set back with its hash',
      `update audit.heads h set number = 2, hash = e.hash from audit.entries e
       where e.org_id = h.org_id and e.number = 2 and h.org_id = $org`,
      2,
      'beyond_head',
    ],
    ['the head is gone', 'delete from audit.heads where org_id = $org', 0, 'beyond_head'],
    [
      'two entries changed places',
      `update audit.entries set number = case number when 1 then 102 else 101 end where org_id = $org and number < 3;
       update audit.entries set number = number - 100 where org_id = $org and number > 100`,
      0,
      'chain_broken',
    ],
    [
      'an entry was changed and its own hash made to fit',
      `update audit.entries set action = 'a.b', hash = sha256('fits') where org_id = $org and number = 3`,
      2,
      'changed',
    ],
  ]
  for (const [what, sql, verifiedTo, reason] of ACTS) {
    it(`shows that ${what}`, async () => {
      const orgId = await threeEntries()
      await tamper(sql, orgId)
      const found = await verifyAudit(t.kit, orgId)
      assert.deepEqual([found.verifiedTo, found.firstBreak?.reason], [verifiedTo, reason])
    })
  }
})
