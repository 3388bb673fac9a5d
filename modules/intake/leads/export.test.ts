import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addMember, makeOwner, type Person } from '#modules/iam/factories.ts'
import { inOrganization } from '#platform/context.ts'
import type { TestKit } from '#test/database.ts'
import type { TestServer } from '#test/http.ts'
import { assignLead, deleteLead } from '../contract.ts'
import { asSystem, goodAnswers, makeForm, PROJECT_FORM, send } from '../factories.ts'
import { saveForm } from '../forms.ts'
import { writeLeads } from './export.ts'
import { type LeadTest, openLeadTest } from './factories.ts'

/** The cells of a CSV text. */
function cellsOf(text: string, delimiter = ','): string[][] {
  const rows: string[][] = [[]]
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^${delimiter}\\r]*))(${delimiter}|\\r\\n)`, 'y')
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text)
    if (!found) throw new Error(`This is no CSV: ${text.slice(0, 200)}`)
    rows.at(-1)?.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '')
    if (found[3] === '\r\n') rows.push([])
  }
  return rows.slice(0, -1)
}

describe('leads as a file', () => {
  let t: TestKit
  let owner: Person
  let server: TestServer
  let serve: LeadTest['serve']
  let close: LeadTest['close']
  before(async () => {
    ;({ t, serve, close } = await openLeadTest())
    owner = await makeOwner(t.kit)
    server = await serve(owner.orgId, owner)
  })
  after(() => close())
  const exported = async (workflowId: string, query: Record<string, string> = {}) => {
    const response = await server.raw(
      `/v1/workflows/${workflowId}/leads-export?${new URLSearchParams(query)}`,
    )
    const text = Buffer.from(await response.arrayBuffer()).toString('utf8')
    assert.equal(response.status, 200, text)
    assert.equal(response.headers.get('content-length'), String(Buffer.byteLength(text)))
    const rows = cellsOf(text, query.delimiter)
    assert.equal(response.headers.get('row-count'), String(rows.length - 1))
    return { text, rows, response }
  }

  it('has a line for each lead and a column for each field, archived ones with answers too', async () => {
    const form = await makeForm(t.kit, owner.orgId)
    const { workflowId } = form
    await send(t.kit, form, {
      ...goodAnswers('ada@example.com'),
      name: '=cmd|/C calc',
      message: 'Two lines,\n"quoted"; and\tmore',
      seats: 12,
    })
    const { leadId } = await send(t.kit, form, { ...goodAnswers('bob@example.com'), name: 'Bob' })
    const { leadId: gone } = await send(t.kit, form, goodAnswers('gone@example.com'))
    await server.client().call(deleteLead, { params: { leadId: gone ?? '' } })
    await server.client().call(assignLead, {
      params: { leadId: leadId ?? '' },
      body: { ownerUserId: owner.userId },
    })
    // Two go: one that somebody answered and one that nobody did. A new one has the words of another.
    const fields = PROJECT_FORM.fields.filter(({ key }) => key !== 'seats' && key !== 'start')
    await t.asSuperuser(
      `delete from intake.lead_values where field_id in (select id from intake.form_fields where form_id = $1 and field_key = 'start')`,
      [form.id],
    )
    await asSystem(t.kit, owner.orgId, ctx =>
      saveForm(ctx, workflowId, {
        ...PROJECT_FORM,
        fields: [
          ...fields,
          { type: 'TEXT', key: 'again', label: 'Message' },
          { type: 'TEXT', key: 'owner', label: 'Owner' },
        ],
      }),
    )
    const { rows } = await exported(workflowId)
    const [heading = [], bob = [], ada = []] = rows
    assert.deepEqual(heading, [
      'Lead ID',
      'Name',
      'E-mail',
      'Status',
      'Owner',
      'Source',
      'Came in',
      'Sent last',
      'Status since',
      'Your name',
      'Your e-mail address',
      'Budget',
      'Message',
      'You may write to me',
      'Message [again]',
      'Owner [owner]',
      'Seats (no longer asked)',
    ])
    assert.equal(rows.length, 3)
    const cell = (row: readonly string[], name: string) => row[heading.indexOf(name)]
    assert.deepEqual(
      ['Lead ID', 'Name', 'Status', 'Owner', 'Seats (no longer asked)', 'You may write to me'].map(name =>
        cell(bob, name),
      ),
      [leadId, 'Bob', 'New', 'Ada Owner', '12', 'yes'],
    )
    assert.deepEqual(
      ['Name', 'Your name', 'Owner', 'Message'].map(name => cell(ada, name)),
      ["'=cmd|/C calc", "'=cmd|/C calc", '', 'Two lines,\n"quoted"; and\tmore'],
    )
    const other = await exported(workflowId, {
      delimiter: ';',
      mark: 'true',
      filter: 'email:starts_with:bob',
    })
    assert.deepEqual([other.rows.length, other.text.startsWith('\uFEFFLead ID;')], [2, true])
  })

  it('is complete over pages and one state of the database, and of one who sees a part only that part', async () => {
    const form = await makeForm(t.kit, owner.orgId)
    const { workflowId } = form
    const member = await makeOwner(t.kit)
    await addMember(t.kit, owner.orgId, member.userId, 'member')
    const { leadId } = await send(t.kit, form, goodAnswers('first@example.com'))
    await t.asSuperuser(
      `insert into intake.leads (org_id, id, workflow_id, person_id, email, name, status, position, owner_user_id)
       select l.org_id, gen_random_uuid(), l.workflow_id, l.person_id, 'n' || n || '@example.com', 'Lead ' || n, 'NEW', 'a' || n,
         case when n <= 7 then $2::uuid end
       from intake.leads l, generate_series(1, 1234) n where l.id = $1`,
      [leadId, member.userId],
    )
    const { rows } = await exported(workflowId)
    assert.deepEqual([rows.length, new Set(rows.map(([id]) => id)).size], [1_236, 1_236])
    const asked = { workflowId, delimiter: ',', mark: false }
    const who = {
      orgId: owner.orgId,
      actor: { type: 'user', userId: member.userId } as const,
      visibility: { lead: { owners: [member.userId], writable: [], readable: [leadId ?? ''] } },
      requestId: 'test',
    }
    const file = await writeLeads(t.kit, who, asked)
    const text = Buffer.concat(await Array.fromAsync(file.body)).toString('utf8')
    assert.deepEqual([file.rows, cellsOf(text).length], [8, 9])
    const answered = cellsOf(text).find(([id]) => id === leadId)
    assert.ok(answered?.includes('$5000'), 'answers of a lead that is shared are there')
  })

  it('is refused to whoever may not, and for what is not there, before a byte of it', async () => {
    const form = await makeForm(t.kit, owner.orgId)
    const ask = (workflowId: string, query = '') =>
      server.raw(`/v1/workflows/${workflowId}/leads-export${query}`).then(({ status }) => status)
    assert.equal(await ask(owner.orgId), 404)
    assert.equal(await ask(form.workflowId, '?filter=nothing:is:1'), 422)
    const other = await makeOwner(t.kit)
    const foreign = await serve(other.orgId, other)
    assert.equal((await foreign.raw(`/v1/workflows/${form.workflowId}/leads-export`)).status, 404)
    const told = await inOrganization(
      t.kit,
      { orgId: owner.orgId, actor: { type: 'system', name: 'test' } },
      ctx =>
        ctx.db.query(`select 1 from audit.entries where org_id = $1 and action = 'leads.exported'`, [
          ctx.orgId,
        ]),
    )
    assert.ok((told.rowCount ?? 0) >= 3)
  })
})
