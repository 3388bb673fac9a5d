import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import type { Client } from '#platform/contract/client.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { newId } from '#platform/ids.ts'
import { asAdmin } from '#test/cluster.ts'
import { type TestKit, testKit, word } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import {
  acceptInvitation,
  invite,
  listInvitations,
  listMembers,
  removeMember,
  resendInvitation,
  revokeInvitation,
  type Session,
  showInvitation,
  signUpByInvitation,
} from './contract.ts'
import {
  addMember,
  cookieOf,
  GOOD_PASSWORD,
  lettersTo,
  makeOwner,
  openBrowser,
  type Person,
} from './factories.ts'
import { authenticate, iamModule } from './index.ts'

let t: TestKit
let server: TestServer
let owner: Person
let boss: Client

before(async () => {
  t = await testKit({ modules: [iamModule], env: { SMTP_URL: 'smtp://127.0.0.1:9' } })
  server = await testServer(t, [iamModule], authenticate)
  owner = await makeOwner(t.kit, 'Olga Owner')
  boss = await clientOf(owner.userId)
})
after(async () => {
  await server.close()
  await t.close()
})
afterEach(() => t.asOwner('delete from iam.letters'))

async function clientOf(userId: string, orgId = owner.orgId): Promise<Client> {
  const cookie = await cookieOf(t.kit, userId, orgId)
  return server.client({ cookie, 'sec-fetch-site': 'same-origin' })
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    error => (error instanceof ProblemError ? error.code : String(error)),
  )

const anyone = () => `${word()}@example.com`

async function inviteOne(email = anyone(), role: 'member' | 'admin' | 'viewer' = 'member') {
  const { items } = await boss.call(invite, { body: { emails: [email], role } })
  const [item] = items
  assert.equal(item?.result, 'invited')
  return { email, id: item?.invitation?.id ?? '', token: await tokenFor(email) }
}

async function tokenFor(email: string): Promise<string> {
  const text = (await lettersTo(t.kit, email)).at(-1)?.text ?? ''
  return /\/invitation\/(\S+)/.exec(text)?.[1] ?? ''
}

const signUpBody = (token: string) => ({ token, name: 'Nora New', password: GOOD_PASSWORD })
const anonymous = () => server.client()

async function membersOf(email: string): Promise<Record<string, unknown>[]> {
  return t.asSuperuser(
    `select m.role, m.status, m.permissions, m.invited_at, m.joined_at, u.email_verified_at from iam.members m
     join iam.users u on u.id = m.user_id where m.org_id = $1 and u.email = $2`,
    [owner.orgId, email],
  )
}

const eventsOf = async (type: string) =>
  (await t.asSuperuser('select 1 from events.events where org_id = $1 and type = $2', [owner.orgId, type]))
    .length

describe('inviting', () => {
  it('gives each address its result, one letter each, and the token is stored as a hash alone', async () => {
    const [first, second] = [anyone(), anyone()]
    const { items } = await boss.call(invite, {
      body: {
        emails: [first, ` ${second.toUpperCase()} `, 'not an address', owner.email, first],
        role: 'viewer',
      },
    })
    assert.deepEqual(
      items.map(({ email, result, link }) => ({ email, result, link })),
      [
        { email: first, result: 'invited', link: null },
        { email: second, result: 'invited', link: null },
        { email: 'not an address', result: 'not_an_address', link: null },
        { email: owner.email, result: 'already_member', link: null },
        { email: first, result: 'invited', link: null },
      ],
    )
    const letters = await lettersTo(t.kit, first)
    assert.equal(letters.length, 1)
    assert.match(letters[0]?.subject ?? '', /^Olga Owner invites you to Business /)
    const token = await tokenFor(first)
    const stored = JSON.stringify([
      await t.asSuperuser('select * from iam.invitations'),
      await t.asSuperuser('select * from events.events'),
      await t.asSuperuser('select * from audit.entries'),
    ])
    assert.ok(token.length > 60 && !stored.includes(token))
    const again = await boss.call(invite, { body: { emails: [second], role: 'viewer' } })
    assert.equal(again.items[0]?.result, 'already_invited')
    assert.equal((await lettersTo(t.kit, second)).length, 1)
  })

  it('answers the same for somebody with an account as for somebody without', async () => {
    const somebody = await makeOwner(t.kit)
    const { items } = await boss.call(invite, {
      body: { emails: [somebody.email, anyone()], role: 'member' },
    })
    const shapes = items.map(item =>
      JSON.stringify(item)
        .replaceAll(item.email, 'x')
        .replaceAll(/[0-9a-f-]{36}/g, 'id'),
    )
    assert.equal(shapes[0], shapes[1])
  })

  it('is for those who manage members, below their own role and within their own rights', async () => {
    const roles = ['admin', 'manager', 'member', 'viewer', 'guest'] as const
    const allowed = []
    for (const role of roles) {
      const person = await makeOwner(t.kit)
      await addMember(t.kit, owner.orgId, person.userId, role)
      const client = await clientOf(person.userId)
      for (const offered of roles) {
        const code = await codeOf(client.call(invite, { body: { emails: [anyone()], role: offered } }))
        if (code === 'done') allowed.push(`${role}>${offered}`)
        else assert.ok(['iam.outranked', 'request.forbidden'].includes(code), code)
      }
    }
    assert.deepEqual(allowed, [
      'admin>manager',
      'admin>member',
      'admin>viewer',
      'admin>guest',
      'manager>member',
      'manager>viewer',
      'manager>guest',
    ])
    const person = await makeOwner(t.kit)
    await addMember(t.kit, owner.orgId, person.userId, 'manager', { 'organization:read': false })
    const client = await clientOf(person.userId)
    const body = { emails: [anyone()], role: 'viewer' as const }
    assert.equal(await codeOf(client.call(invite, { body })), 'iam.beyond_own_rights')
    const within = { ...body, permissionOverrides: { 'organization:read': false } }
    assert.equal(await codeOf(client.call(invite, { body: within })), 'done')
    const beyond = {
      ...within,
      permissionOverrides: { 'organization:manage': true, 'organization:read': false },
    }
    assert.equal(await codeOf(client.call(invite, { body: beyond })), 'iam.beyond_own_rights')
    const strange = { ...body, permissionOverrides: { 'nothing:write': true } }
    assert.equal(await codeOf(boss.call(invite, { body: strange })), 'request.invalid')
  })

  it('ends when an organization has sent too many in a day', async () => {
    const other = await makeOwner(t.kit)
    const client = await clientOf(other.userId, other.orgId)
    await t.asSuperuser(
      `insert into iam.invitations (org_id, id, email, role, token_hash, expires_at, status, closed_at)
       select $1, gen_random_uuid(), n || '@example.com', 'guest', sha256(n::text::bytea), now(), 'revoked', now()
       from generate_series(1, 299) n`,
      [other.orgId],
    )
    const body = (count: number) => ({
      emails: Array.from({ length: count }, anyone),
      role: 'guest' as const,
    })
    assert.equal(await codeOf(client.call(invite, { body: body(2) })), 'iam.too_many_invitations')
    assert.equal(await codeOf(client.call(invite, { body: body(1) })), 'done')
  })
})

describe('accepting', () => {
  it('makes a new user a member and signs them in', async () => {
    const { email, token } = await inviteOne()
    const shown = await anonymous().call(showInvitation, { body: { token } })
    assert.deepEqual(
      { state: shown.state, invitedBy: shown.invitedBy, email: shown.email, role: shown.role },
      { state: 'open', invitedBy: 'Olga Owner', email, role: 'member' },
    )
    const browser = openBrowser(server.raw)
    const response = await browser.post(signUpByInvitation.path, signUpBody(token))
    assert.equal(response.status, 201)
    const session = (await response.json()) as Session
    assert.equal(session.organization?.id, owner.orgId)
    assert.equal(session.role, 'member')
    const [member] = await membersOf(email)
    assert.ok(member?.invited_at && member.joined_at && member.email_verified_at)
    const used = await anonymous().call(showInvitation, { body: { token } })
    assert.equal(used.state, 'used')
    assert.equal(
      await codeOf(anonymous().call(signUpByInvitation, { body: signUpBody(token) })),
      'iam.invitation_used',
    )
  })

  it('makes the existing user of that address a member, however it is written, and nobody else', async () => {
    const somebody = await makeOwner(t.kit)
    await t.asOwner(
      'update iam.users set email = upper(email::text), email_verified_at = null where id = $1',
      [somebody.userId],
    )
    const { token } = await inviteOne(somebody.email)
    assert.equal(
      await codeOf(anonymous().call(signUpByInvitation, { body: signUpBody(token) })),
      'iam.sign_up_refused',
    )
    const stranger = await makeOwner(t.kit)
    const asStranger = await clientOf(stranger.userId, stranger.orgId)
    assert.equal(
      await codeOf(asStranger.call(acceptInvitation, { body: { token } })),
      'iam.invitation_for_another',
    )
    const client = await clientOf(somebody.userId, somebody.orgId)
    const accepted = await client.call(acceptInvitation, { body: { token } })
    assert.equal(accepted.organizationId, owner.orgId)
    assert.equal(accepted.member.role, 'member')
    assert.ok((await membersOf(somebody.email))[0]?.email_verified_at)
    const again = await client.call(acceptInvitation, { body: { token } })
    assert.deepEqual(again, accepted)
    assert.equal(await codeOf(asStranger.call(acceptInvitation, { body: { token } })), 'iam.invitation_used')
  })

  it('works once when two do it at the same time', async () => {
    const { email, token } = await inviteOne()
    const joined = await eventsOf('member.joined')
    const codes = await Promise.all(
      [1, 2, 3].map(() => codeOf(anonymous().call(signUpByInvitation, { body: signUpBody(token) }))),
    )
    assert.equal(codes.filter(code => code === 'done').length, 1, codes.join())
    assert.ok(
      codes.every(code => ['done', 'iam.invitation_used', 'iam.sign_up_refused'].includes(code)),
      codes.join(),
    )
    assert.equal((await membersOf(email)).length, 1)
    const somebody = await makeOwner(t.kit)
    const invited = await inviteOne(somebody.email)
    const client = await clientOf(somebody.userId, somebody.orgId)
    const answers = await Promise.all(
      [1, 2, 3].map(() => client.call(acceptInvitation, { body: { token: invited.token } })),
    )
    assert.equal(new Set(answers.map(answer => answer.member.id)).size, 1)
    assert.equal(await eventsOf('member.joined'), joined + 2)
  })

  it('is refused after it has expired, was taken back, or was replaced by a newer letter', async () => {
    const expired = await inviteOne()
    await t.asSuperuser(`update iam.invitations set expires_at = now() where id = $1`, [expired.id])
    const revoked = await inviteOne()
    await boss.call(revokeInvitation, { params: { invitationId: revoked.id } })
    const resent = await inviteOne()
    await t.asSuperuser(`update iam.invitations set sent_at = now() - interval '2 minutes' where id = $1`, [
      resent.id,
    ])
    await boss.call(resendInvitation, { params: { invitationId: resent.id } })
    const cases = [
      [expired.token, 'iam.invitation_expired', 'expired'],
      [revoked.token, 'iam.invitation_revoked', 'revoked'],
    ] as const
    const somebody = await makeOwner(t.kit)
    const client = await clientOf(somebody.userId, somebody.orgId)
    for (const [token, code, state] of cases) {
      assert.equal((await anonymous().call(showInvitation, { body: { token } })).state, state)
      assert.equal(await codeOf(anonymous().call(signUpByInvitation, { body: signUpBody(token) })), code)
      assert.equal(await codeOf(client.call(acceptInvitation, { body: { token } })), code)
    }
    const foreign = resent.token.replace(owner.orgId.replaceAll('-', ''), somebody.orgId.replaceAll('-', ''))
    for (const token of [
      resent.token,
      foreign,
      'nonsense',
      resent.token.slice(0, -1),
      `mri_${'0'.repeat(32)}_${'a'.repeat(43)}`,
    ]) {
      assert.equal(await codeOf(anonymous().call(showInvitation, { body: { token } })), 'request.not_found')
      assert.equal(
        await codeOf(anonymous().call(signUpByInvitation, { body: signUpBody(token) })),
        'request.not_found',
      )
      assert.equal(await codeOf(client.call(acceptInvitation, { body: { token } })), 'request.not_found')
    }
    const token = await tokenFor(resent.email)
    assert.notEqual(token, resent.token)
    assert.equal(await codeOf(anonymous().call(signUpByInvitation, { body: signUpBody(token) })), 'done')
  })

  it('either happens or is taken back, when both are tried at once', async () => {
    for (let round = 0; round < 5; round++) {
      const { email, id, token } = await inviteOne()
      const [joined, revoked] = await Promise.all([
        codeOf(anonymous().call(signUpByInvitation, { body: signUpBody(token) })),
        codeOf(boss.call(revokeInvitation, { params: { invitationId: id } })),
      ])
      const isMember = (await membersOf(email)).length === 1
      assert.equal(joined === 'done', isMember)
      assert.equal(revoked === 'done', !isMember, `${joined} ${revoked}`)
    }
  })

  it('is refused when the invitation is taken back while it is under way', async () => {
    const { email, id, token } = await inviteOne()
    let accepting: Promise<string> | undefined
    await asAdmin(t.adminUrl, async other => {
      await other.query('begin')
      await other.query(`update iam.invitations set status = 'revoked', closed_at = now() where id = $1`, [
        id,
      ])
      accepting = codeOf(anonymous().call(signUpByInvitation, { body: signUpBody(token) }))
      for (let waiting = 0; waiting === 0; ) {
        const found = await other.query(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )
        waiting = found.rowCount ?? 0
      }
      await other.query('commit')
    })
    assert.equal(await accepting, 'iam.invitation_revoked')
    assert.deepEqual(await membersOf(email), [])
  })

  it('takes nothing from a member and does not bring a suspended one back', async () => {
    const somebody = await makeOwner(t.kit)
    const { token } = await inviteOne(somebody.email, 'viewer')
    const memberId = await addMember(t.kit, owner.orgId, somebody.userId, 'admin')
    const client = await clientOf(somebody.userId, somebody.orgId)
    const accepted = await client.call(acceptInvitation, { body: { token } })
    assert.equal(accepted.member.role, 'admin')
    await t.asSuperuser(`update iam.members set status = 'suspended' where id = $1`, [memberId])
    await t.asSuperuser(`update iam.invitations set status = 'open', closed_at = null where user_id = $1`, [
      somebody.userId,
    ])
    assert.equal(await codeOf(client.call(acceptInvitation, { body: { token } })), 'iam.membership_suspended')
  })

  it('brings somebody back who was removed, as the same member with a new role', async () => {
    const somebody = await makeOwner(t.kit)
    const memberId = await addMember(t.kit, owner.orgId, somebody.userId, 'manager')
    await boss.call(removeMember, { params: { memberId } })
    const { token } = await inviteOne(somebody.email, 'viewer')
    const client = await clientOf(somebody.userId, somebody.orgId)
    const { member } = await client.call(acceptInvitation, { body: { token } })
    assert.deepEqual(
      { id: member.id, role: member.role, status: member.status },
      { id: memberId, role: 'viewer', status: 'active' },
    )
  })

  it('refuses a password that is easy to guess and changes nothing', async () => {
    const { email, token } = await inviteOne()
    const body = { token, name: 'Nora New', password: 'password password' }
    assert.equal(await codeOf(anonymous().call(signUpByInvitation, { body })), 'request.invalid')
    assert.deepEqual(await membersOf(email), [])
    assert.equal((await anonymous().call(showInvitation, { body: { token } })).state, 'open')
  })
})

describe('invitations that are open', () => {
  it('are listed newest first with who sent them, and no longer when they are accepted', async () => {
    const other = await makeOwner(t.kit, 'Lea List')
    const client = await clientOf(other.userId, other.orgId)
    const emails = [anyone(), anyone(), anyone()]
    for (const email of emails) await client.call(invite, { body: { emails: [email], role: 'member' } })
    const first = await client.call(listInvitations, { query: { limit: 2 } })
    assert.deepEqual(
      first.items.map(item => item.email),
      [emails[2], emails[1]],
    )
    assert.equal(first.items[0]?.invitedBy, 'Lea List')
    const rest = await client.call(listInvitations, { query: { limit: 2, cursor: first.nextCursor ?? '' } })
    assert.deepEqual(
      rest.items.map(item => item.email),
      [emails[0]],
    )
    await anonymous().call(signUpByInvitation, { body: signUpBody(await tokenFor(emails[0] ?? '')) })
    const left = await client.call(listInvitations, {})
    assert.equal(left.items.length, 2)
    assert.equal((await client.call(listMembers, {})).items.length, 2)
  })

  it('are sent again not more than once a minute', async () => {
    const { id } = await inviteOne()
    const again = () => codeOf(boss.call(resendInvitation, { params: { invitationId: id } }))
    assert.equal(await again(), 'iam.invitation_sent_just_now')
    await t.asSuperuser(`update iam.invitations set sent_at = now() - interval '2 minutes' where id = $1`, [
      id,
    ])
    assert.equal(await again(), 'done')
  })

  it('of another organization do not exist', async () => {
    const { id } = await inviteOne()
    const other = await makeOwner(t.kit)
    const client = await clientOf(other.userId, other.orgId)
    for (const invitationId of [id, newId()]) {
      assert.equal(
        await codeOf(client.call(resendInvitation, { params: { invitationId } })),
        'request.not_found',
      )
      assert.equal(
        await codeOf(client.call(revokeInvitation, { params: { invitationId } })),
        'request.not_found',
      )
    }
  })

  it('end with the access of who sent them', async () => {
    const manager = await makeOwner(t.kit)
    const memberId = await addMember(t.kit, owner.orgId, manager.userId, 'manager')
    const email = anyone()
    await (await clientOf(manager.userId)).call(invite, { body: { emails: [email], role: 'member' } })
    const token = await tokenFor(email)
    await boss.call(removeMember, { params: { memberId } })
    assert.equal(
      await codeOf(anonymous().call(signUpByInvitation, { body: signUpBody(token) })),
      'iam.invitation_revoked',
    )
  })
})

describe('an installation that sends no e-mail', () => {
  it('shows the link to who invites, and does not take the address for confirmed', async () => {
    const t2 = await testKit({ modules: [iamModule] })
    const server2 = await testServer(t2, [iamModule], authenticate)
    try {
      const person = await makeOwner(t2.kit)
      const cookie = await cookieOf(t2.kit, person.userId, person.orgId)
      const client = server2.client({ cookie, 'sec-fetch-site': 'same-origin' })
      const email = anyone()
      const { items } = await client.call(invite, { body: { emails: [email], role: 'member' } })
      const token = /\/invitation\/(\S+)$/.exec(items[0]?.link ?? '')?.[1] ?? ''
      await server2.client().call(signUpByInvitation, { body: signUpBody(token) })
      const [user] = await t2.asSuperuser('select email_verified_at from iam.users where email = $1', [email])
      assert.equal(user?.email_verified_at, null)
    } finally {
      await server2.close()
      await t2.close()
    }
  })
})
