import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { constraintOf, sqlState } from '#platform/db/database.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit, word } from '#test/database.ts'
import { addMember, GOOD_PASSWORD, makeOwner } from './factories.ts'
import { iamModule, listMemberUserIds, signUpOrganization } from './index.ts'
import { slugOf } from './slugs.ts'

describe('organizations in the database', () => {
  let t: TestKit
  before(async () => {
    t = await testKit({ modules: [iamModule] })
  })
  after(() => t.close())

  const inOrg = (orgId: string, ...statements: [text: string, values?: unknown[]][]) =>
    t.kit.db.withOrg(orgId, async tx => {
      for (const [text, values] of statements) await tx.query(text, values)
    })
  const refusedBy = (constraint: string, state: string) => (error: unknown) => {
    assert.equal(sqlState(error), state)
    assert.equal(constraintOf(error), constraint)
    return true
  }
  const ownerOf = async (orgId: string) => {
    const rows = await t.asSuperuser<{ id: string; user_id: string }>(
      `select id, user_id from iam.members where org_id = $1 and role = 'owner'`,
      [orgId],
    )
    assert.equal(rows.length, 1)
    return rows[0] ?? assert.fail()
  }

  it('come with exactly one owner, who is active and joined', async () => {
    const { orgId, userId } = await makeOwner(t.kit)
    assert.equal((await ownerOf(orgId)).user_id, userId)
    const [organization] = await t.asSuperuser('select * from iam.organizations where org_id = $1', [orgId])
    assert.equal(organization?.status, 'trial')
    assert.ok((organization?.trial_ends_at as Date) > new Date())
  })

  it('cannot have a second owner', async () => {
    const { orgId } = await makeOwner(t.kit)
    const other = await makeOwner(t.kit)
    const memberId = await addMember(t.kit, orgId, other.userId, 'admin')
    await assert.rejects(
      inOrg(orgId, [`update iam.members set role = 'owner' where id = $1`, [memberId]]),
      refusedBy('members_one_owner', '23505'),
    )
  })

  it('cannot lose their owner by a change of role, a removal or a deletion of the user', async () => {
    const { orgId, userId } = await makeOwner(t.kit)
    const { id } = await ownerOf(orgId)
    await assert.rejects(
      inOrg(orgId, [`update iam.members set role = 'admin' where id = $1`, [id]]),
      refusedBy('organizations_owner', '23503'),
    )
    await assert.rejects(
      inOrg(orgId, ['delete from iam.members where id = $1', [id]]),
      refusedBy('organizations_owner', '23503'),
    )
    await assert.rejects(
      t.kit.db.withGlobal(tx => tx.query('delete from iam.users where id = $1', [userId])),
      refusedBy('organizations_owner', '23503'),
    )
    await assert.rejects(
      t.asSuperuser('delete from iam.users where id = $1', [userId]),
      /organizations_owner/,
    )
    await assert.rejects(
      inOrg(orgId, [`update iam.members set status = 'suspended' where id = $1`, [id]]),
      refusedBy('members_owner_acts', '23514'),
    )
    assert.equal((await ownerOf(orgId)).user_id, userId)
  })

  it('cannot name an owner who is not one, who is missing, or who belongs to another organization', async () => {
    const { orgId } = await makeOwner(t.kit)
    const other = await makeOwner(t.kit)
    const memberId = await addMember(t.kit, orgId, other.userId, 'admin')
    const foreign = await ownerOf(other.orgId)
    for (const id of [memberId, foreign.id, newId()]) {
      await assert.rejects(
        inOrg(orgId, ['update iam.organizations set owner_member_id = $1', [id]]),
        refusedBy('organizations_owner', '23503'),
      )
    }
    const orphan = newId()
    await assert.rejects(
      inOrg(orphan, [
        `insert into iam.organizations (org_id, name, slug, owner_member_id) values ($1, 'Nobody', 'nobody', $2)`,
        [orphan, newId()],
      ]),
      refusedBy('organizations_owner', '23503'),
    )
  })

  it('change their owner in one transaction, after which the former one can be deleted', async () => {
    const { orgId, userId } = await makeOwner(t.kit)
    const heir = await makeOwner(t.kit)
    const memberId = await addMember(t.kit, orgId, heir.userId, 'admin')
    const { id } = await ownerOf(orgId)
    await inOrg(
      orgId,
      [`update iam.members set role = 'admin' where id = $1`, [id]],
      [`update iam.members set role = 'owner' where id = $1`, [memberId]],
      ['update iam.organizations set owner_member_id = $1', [memberId]],
    )
    assert.equal((await ownerOf(orgId)).user_id, heir.userId)
    await t.kit.db.withGlobal(tx => tx.query('delete from iam.users where id = $1', [userId]))
    const left = await t.asSuperuser('select 1 from iam.members where user_id = $1', [userId])
    assert.equal(left.length, 0)
  })

  it('disappear whole with everything in them', async () => {
    const { orgId, userId } = await makeOwner(t.kit)
    await inOrg(orgId, ['delete from iam.organizations where org_id = $1', [orgId]])
    assert.equal((await t.asSuperuser('select 1 from iam.members where org_id = $1', [orgId])).length, 0)
    await t.kit.db.withGlobal(tx => tx.query('delete from iam.users where id = $1', [userId]))
  })

  it('are invisible to each other and without an organization', async () => {
    const [a, b] = [await makeOwner(t.kit), await makeOwner(t.kit)]
    for (const table of ['organizations', 'members', 'notifications']) {
      const seen = await t.kit.db.withOrg(a.orgId, tx =>
        tx.query(`select 1 from iam.${table} where org_id = $1`, [b.orgId]),
      )
      assert.equal(seen.rowCount, 0)
      assert.equal((await t.kit.db.withGlobal(tx => tx.query(`select 1 from iam.${table}`))).rowCount, 0)
    }
  })

  it('list their active members by role', async () => {
    const { orgId, userId } = await makeOwner(t.kit)
    const [viewer, suspended] = [await makeOwner(t.kit), await makeOwner(t.kit)]
    await addMember(t.kit, orgId, viewer.userId, 'viewer')
    const id = await addMember(t.kit, orgId, suspended.userId, 'viewer')
    await inOrg(orgId, [`update iam.members set status = 'suspended' where id = $1`, [id]])
    const list = (roles: ('owner' | 'viewer')[]) =>
      t.kit.db.withOrg(orgId, db =>
        listMemberUserIds(
          {
            orgId,
            actor: { type: 'system', name: 'test' },
            caller: null,
            visibility: {},
            db,
            clock: t.kit.clock,
            log: t.kit.log,
            requestId: newId(),
            kit: t.kit,
          },
          roles,
        ),
      )
    assert.deepEqual(await list(['owner', 'viewer']), [userId, viewer.userId])
    assert.deepEqual(await list(['viewer']), [viewer.userId])
    assert.deepEqual(await list([]), [])
  })
})

describe('addresses of organizations', () => {
  let t: TestKit
  before(async () => {
    t = await testKit({ modules: [iamModule] })
  })
  after(() => t.close())

  const signUp = (organizationName: string, slug?: string) =>
    signUpOrganization(t.kit, {
      name: 'Ada Owner',
      email: `${word()}@example.com`,
      password: GOOD_PASSWORD,
      organizationName,
      ...(slug === undefined ? {} : { slug }),
    })
  const slugsOf = async (orgId: string) => {
    const rows = await t.asSuperuser<{ slug: string; known: string }>(
      `select o.slug, s.slug as known from iam.organizations o
       join iam.organization_slugs s using (org_id) where o.org_id = $1`,
      [orgId],
    )
    assert.equal(rows.length, 1)
    assert.equal(rows[0]?.slug, rows[0]?.known)
    return rows[0]?.slug ?? ''
  }

  it('are made from the name in any script', () => {
    assert.equal(slugOf('Crème & Söhne GmbH'), 'creme-sohne-gmbh')
    assert.equal(slugOf('  --Acme--  '), 'acme')
    assert.equal(slugOf('株式会社'), 'organization')
    assert.equal(slugOf(`${'a'.repeat(39)} b`), 'a'.repeat(39))
    assert.equal(slugOf('x'.repeat(200)).length, 40)
  })

  it('differ for organizations of the same name, and never take a reserved word', async () => {
    const made = []
    for (let n = 0; n < 5; n++) made.push(await slugsOf((await signUp('Twin Peaks')).orgId))
    assert.deepEqual(made.slice(0, 3), ['twin-peaks', 'twin-peaks-2', 'twin-peaks-3'])
    assert.match(made[3] ?? '', /^twin-peaks-[0-9a-f]{8}$/)
    assert.equal(new Set(made).size, 5)
    assert.equal(await slugsOf((await signUp('Admin')).orgId), 'admin-2')
  })

  it('are taken as wanted or refused, and a refusal leaves nothing behind', async () => {
    await signUp('Wanted', 'wanted')
    const count = async () => Number((await t.asSuperuser('select count(*) as n from iam.users'))[0]?.n)
    const before = await count()
    for (const slug of ['wanted', 'www']) {
      await assert.rejects(signUp('Wanted', slug), { code: 'iam.slug_taken' })
    }
    assert.equal(await count(), before)
  })
})
