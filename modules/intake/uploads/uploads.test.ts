import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { inOrganization } from '#platform/context.ts'
import { createClient } from '#platform/contract/client.ts'
import { newId } from '#platform/ids.ts'
import { RetryLater } from '#platform/jobs/kinds.ts'
import { withTraces } from '#platform/personal.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type FakeClamd, startFakeClamd } from '#test/fakes/clamd.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { getLead, getPublicForm, listLeads } from '../contract.ts'
import { asSystem, makeForm, type PROJECT_FORM } from '../factories.ts'
import type { Form } from '../form-definition.ts'
import { intakeModule } from '../index.ts'
import { intakePersonal } from '../personal.ts'
import { deleteQuarantined, listQuarantine } from '../spam/quarantine-api.ts'
import { scanUpload } from './scan-upload.ts'
import { deleteLeadUpload, FormUpload, listLeadUploads } from './upload-api.ts'
import { forgetUploads } from './uploads.ts'

const modules = [iamModule, crmModule, mailModule, intakeModule]
const PDF = Buffer.from(`%PDF-1.7\n${'x'.repeat(3_000)}`)
const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(500)])
const EICAR = Buffer.from('%PDF-1.4 EICAR-STANDARD-ANTIVIRUS-TEST-FILE')

describe('files of forms', () => {
  let t: TestKit
  let scanned: TestKit
  let clamd: FakeClamd
  let owner: Person
  let server: TestServer
  let form: Form

  before(async () => {
    clamd = await startFakeClamd()
    t = await testKit({ modules, env: { FORM_FILES_MB: '1000' }, frozenAt: new Date() })
    scanned = await testKit({ modules, env: { FILE_SCANNER: `clamd://127.0.0.1:${clamd.port}` } })
    owner = await makeOwner(t.kit)
    server = await testServer(t, modules, signedInAs(owner.orgId, owner.userId))
    form = await makeForm(t.kit, owner.orgId, { fields: FIELDS })
  })
  after(async () => {
    await server.close()
    await clamd.stop()
    await t.close()
    await scanned.close()
  })

  const FIELDS = [
    { type: 'EMAIL', key: 'email', label: 'E-mail', required: true },
    {
      type: 'FILE',
      key: 'cv',
      label: 'Your CV',
      required: true,
      validation: { maxFiles: 2, maxMegabytes: 1, kinds: ['pdf', 'document'] },
    },
    { type: 'FILE', key: 'photo', label: 'A photo', validation: { kinds: ['image'] } },
  ] as NonNullable<typeof PROJECT_FORM.fields>

  const client = (at = server) => createClient({ baseUrl: at.url })
  const put = (
    bytes: Uint8Array,
    { field = 'cv', name = 'cv.pdf', of = form, at = server, token = '' } = {},
  ) =>
    at.raw(
      `/v1/public/forms/${of.key}/uploads?${new URLSearchParams({ field, name, ...(token ? { token } : {}) })}`,
      { method: 'POST', body: bytes as never, headers: { 'content-type': 'application/octet-stream' } },
    )
  const upload = async (bytes: Uint8Array, more: Parameters<typeof put>[1] = {}) => {
    const response = await put(bytes, more)
    assert.equal(response.status, 201, await response.clone().text())
    return FormUpload.parse(await response.json())
  }
  const refusal = async (response: Response) => {
    const problem = (await response.json()) as { code: string; errors?: { code: string; message: string }[] }
    return {
      status: response.status,
      code: problem.errors?.[0]?.code ?? problem.code,
      message: problem.errors?.[0]?.message,
    }
  }
  const send = (answers: object, { of = form, at = server, submissionId = newId() } = {}) =>
    at.raw(`/v1/public/forms/${of.key}/submissions`, {
      method: 'POST',
      body: JSON.stringify({ submissionId, answers }),
      headers: { 'content-type': 'application/json' },
    })
  const leadOf = async (email: string, at = server) => {
    const [found] = (await client(at).call(listLeads, { query: { filter: `email:is:${email}` } })).items
    assert.ok(found, email)
    return client(at).call(getLead, { params: { leadId: found.id } })
  }
  const filesOf = async (leadId: string, at = server) =>
    (await client(at).call(listLeadUploads, { params: { leadId } })).items
  const bytesOf = (id: string, at = server) => at.raw(`/v1/lead-uploads/${id}/content`)
  const lying = () =>
    readdirSync(join(t.kit.config.dataDir, 'files', owner.orgId), { recursive: true }).filter(
      name => String(name).length > 30,
    ).length

  it('come in while the form is filled in and are the lead’s once it is sent', async () => {
    const first = await upload(PDF, { name: '../odd/Zoë’s cv.pdf' })
    const second = await upload(PDF, { name: 'letter.pdf' })
    const photo = await upload(PNG, { field: 'photo', name: 'me.png' })
    assert.deepEqual([first.name, first.type, first.size], ['Zoë’s cv.pdf', 'application/pdf', PDF.length])
    const sent = await send({
      email: 'ada@example.com',
      cv: [first.upload, second.upload],
      photo: photo.upload,
    })
    assert.equal(sent.status, 201, await sent.text())
    const lead = await leadOf('ada@example.com')
    const answers = Object.fromEntries(lead.answers.map(({ key, value }) => [key, value]))
    assert.equal(answers.cv, 'Zoë’s cv.pdf\nletter.pdf')
    assert.equal(
      lead.events[0]?.metadata.answers && (lead.events[0].metadata.answers as { cv: string }).cv,
      answers.cv,
    )
    const files = await filesOf(lead.id)
    assert.deepEqual(files.map(({ name, fieldKey, state }) => [name, fieldKey, state]).reverse(), [
      ['Zoë’s cv.pdf', 'cv', 'ready'],
      ['letter.pdf', 'cv', 'ready'],
      ['me.png', 'photo', 'ready'],
    ])
    const given = await bytesOf(files[2]?.id ?? '')
    assert.deepEqual(Buffer.from(await given.arrayBuffer()), PDF)
    assert.match(given.headers.get('content-disposition') ?? '', /^attachment; /)
    assert.match(given.headers.get('content-security-policy') ?? '', /sandbox/)
  })

  it('are refused in words: too large, empty, of another kind by their bytes, too many, without a field', async () => {
    assert.equal((await refusal(await put(Buffer.alloc(1_048_577, '%PDF-')))).code, 'too_large')
    assert.equal((await refusal(await put(Buffer.alloc(0)))).status, 422)
    const program = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(100)])
    const named = await refusal(await put(program, { name: 'cv.pdf' }))
    assert.deepEqual(
      [named.code, named.message],
      ['wrong_kind', 'cv.pdf is of a kind that is not taken here.'],
    )
    assert.equal((await refusal(await put(PNG))).code, 'wrong_kind')
    assert.equal(
      (await refusal(await put(Buffer.from('<svg onload="x">'), { name: 'a.pdf' }))).code,
      'wrong_kind',
    )
    for (const field of ['email', 'nothing', '__proto__'])
      assert.equal((await put(PDF, { field })).status, 404)
    assert.equal((await refusal(await put(PDF, { token: 'x.y.z' }))).code, 'intake.token_invalid')
    const { token } = await client().call(getPublicForm, { params: { formKey: form.key } })
    const three = await Promise.all([1, 2, 3].map(() => upload(PDF, { token })))
    const many = await refusal(await send({ email: 'many@example.com', cv: three.map(each => each.upload) }))
    assert.equal(many.code, 'too_many')
  })

  it('of nobody’s making, of another form, another field or sent before are gone', async () => {
    const { upload: handle } = await upload(PDF)
    const other = await makeForm(t.kit, owner.orgId, { fields: FIELDS })
    const [id, signature = ''] = handle.split('.')
    const forged = [`${newId()}.${signature}`, `${id}.${'A'.repeat(43)}`, 'x', `/etc/passwd`, 'a'.repeat(80)]
    for (const wrong of forged) {
      assert.equal(
        (await refusal(await send({ email: 'x@example.com', cv: [wrong] }))).code,
        'file_gone',
        wrong,
      )
    }
    assert.equal(
      (await refusal(await send({ email: 'x@example.com', cv: [handle] }, { of: other }))).code,
      'file_gone',
    )
    const crossed = await refusal(
      await send({ email: 'x@example.com', cv: [(await upload(PDF)).upload], photo: [handle] }),
    )
    assert.equal(crossed.code, 'file_gone')
    assert.equal(
      (await refusal(await send({ email: 'x@example.com', cv: { path: '/etc/passwd' } }))).status,
      422,
    )
    assert.equal((await send({ email: 'once@example.com', cv: [handle] })).status, 201)
    assert.equal((await refusal(await send({ email: 'twice@example.com', cv: [handle] }))).code, 'file_gone')
    assert.equal((await refusal(await send({ email: 'none@example.com' }))).code, 'required')
  })

  it('go along with one of many tries at once, and the repeat of it is the same', async () => {
    const { upload: handle } = await upload(PDF)
    const tries = await Promise.all(
      Array.from({ length: 8 }, (_, n) => send({ email: `race${n}@example.com`, cv: [handle] })),
    )
    assert.equal(tries.filter(({ status }) => status === 201).length, 1)
    const again = await upload(PDF)
    const submissionId = newId()
    const answers = { email: 'repeat@example.com', cv: [again.upload] }
    const same = await Promise.all(Array.from({ length: 8 }, () => send(answers, { submissionId })))
    assert.deepEqual(
      same.map(({ status }) => status),
      Array.from({ length: 8 }, () => 201),
    )
    const lead = await leadOf('repeat@example.com')
    assert.equal((await filesOf(lead.id)).length, 1)
    assert.equal(lead.events.length, 1)
  })

  it('come with a form that a browser sends whole, and stay attached when an answer is wrong', async () => {
    const page = await (await server.raw(`/f/${form.key}`)).text()
    const action = /<form method="post" action="([^"]+)" enctype="multipart\/form-data"/.exec(page)?.[1]
    assert.equal(action, `/f/${form.key}/files`)
    assert.match(page, /<input type="file" multiple accept="\.pdf,\.docx,\.odt,\.doc"/)
    const token = /name="_token" value="([^"]+)"/.exec(page)?.[1] ?? ''
    const body = (email: string, ...more: [string, Blob | string, string?][]) => {
      const data = new FormData()
      data.set('_token', token)
      data.set('_website', '')
      data.set('email', email)
      for (const [name, value, file] of more) {
        if (typeof value === 'string') data.append(name, value)
        else data.append(name, value, file)
      }
      return data
    }
    const pdf = new Blob([PDF])
    const post = (data: FormData) =>
      server.raw(action ?? '', { method: 'POST', body: data, redirect: 'manual' })
    t.clock.advance(2_000)
    const wrong = await post(body('no address', ['cv', pdf, 'cv.pdf'], ['photo', new Blob([]), '']))
    assert.equal(wrong.status, 422)
    const shown = await wrong.text()
    const kept =
      /<input type="checkbox" name="cv" value="([^"]+)" checked><span>Keep cv\.pdf</.exec(shown)?.[1] ?? ''
    assert.notEqual(kept, '')
    const odd = await post(body('plain@example.com', ['cv', kept], ['photo', pdf, 'no photo.png']))
    assert.equal(odd.status, 422)
    assert.match(await odd.text(), /no photo\.png is of a kind that is not taken here\./)
    const sent = await post(body('plain@example.com', ['cv', kept], ['cv', pdf, 'second.pdf']))
    assert.equal(sent.status, 303, await sent.text())
    const lead = await leadOf('plain@example.com')
    assert.equal(lead.answers.find(({ key }) => key === 'cv')?.value, 'cv.pdf\nsecond.pdf')
    // Somebody who fills in what nobody sees, or who has no page, brings no files.
    const before = lying()
    const trapped = body('bot@example.com', ['cv', pdf, 'cv.pdf'])
    trapped.set('_website', 'x')
    await post(trapped)
    const strange = body('bot@example.com', ['cv', pdf, 'cv.pdf'])
    strange.set('_token', 'a.b.c')
    assert.equal((await post(strange)).status, 422)
    assert.equal(lying(), before)
  })

  it('of what is held back are known by who sent it, and go with it', async () => {
    const page = await (await server.raw(`/f/${form.key}`)).text()
    const { upload: handle } = await upload(PDF)
    const id = handle.split('.')[0] ?? ''
    t.clock.advance(2_000)
    const email = 'held@example.com'
    const sent = await server.raw(`/f/${form.key}`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({
        _token: /name="_token" value="([^"]+)"/.exec(page)?.[1] ?? '',
        _website: 'https://casino.example',
        email,
        cv: handle,
      }),
    })
    assert.equal(sent.status, 303, await sent.text())
    const held = (await client().call(listQuarantine, {})).items.find(item => item.email === email)
    assert.ok(held)
    const trace = intakePersonal.traces?.find(({ kind }) => kind === 'held_uploads')
    const { text, values } = withTraces(trace?.sql ?? '', owner.orgId, { addresses: [email] })
    assert.deepEqual(await t.asSuperuser(text, values), [{ value: id }])
    const before = lying()
    await client().call(deleteQuarantined, { params: { quarantinedId: held.id } })
    assert.deepEqual(await t.asSuperuser('select id from intake.uploads where id = $1', [id]), [])
    for (let turns = 0; turns < 10_000 && lying() > before - 1; turns++) await new Promise(setImmediate)
    assert.equal(lying(), before - 1)
  })

  it('that nobody sends go after a day, with their bytes, and those of leads stay', async () => {
    const before = lying()
    const left = await upload(PDF)
    const dropped = await upload(PDF)
    const held = await upload(PDF)
    await server.raw(`/v1/public/forms/${form.key}/uploads/${dropped.upload}`, { method: 'DELETE' })
    const ids = [left, held].map(({ upload: handle }) => handle.split('.')[0])
    await t.asSuperuser(
      `update intake.uploads set created_at = now() - interval '25 hours' where id = any($1)`,
      [ids],
    )
    await t.asSuperuser(`update intake.uploads set kept_until = now() + interval '1 day' where id = $1`, [
      ids[1],
    ])
    assert.equal(await asSystem(t.kit, owner.orgId, forgetUploads), 1)
    const rows = await t.asSuperuser<{ id: string }>('select id from intake.uploads where id = any($1)', [
      ids,
    ])
    assert.deepEqual(
      rows.map(({ id }) => id),
      [ids[1]],
    )
    for (let turns = 0; turns < 10_000 && lying() > before + 1; turns++) await new Promise(setImmediate)
    assert.equal(lying(), before + 1)
    const lead = await leadOf('ada@example.com')
    assert.equal((await filesOf(lead.id)).length, 3)
  })

  it('are taken away by a member, and what was there stays on record', async () => {
    const { upload: handle } = await upload(PDF, { name: 'old.pdf' })
    await send({ email: 'old@example.com', cv: [handle] })
    const lead = await leadOf('old@example.com')
    const [file] = await filesOf(lead.id)
    await client().call(deleteLeadUpload, { params: { leadUploadId: file?.id ?? '' } })
    assert.equal((await bytesOf(file?.id ?? '')).status, 404)
    assert.equal((await leadOf('old@example.com')).events[0]?.description, 'Removed the file old.pdf')
  })

  it('have room up to what an organization may keep', async () => {
    const other = await makeOwner(t.kit)
    const theirs = await makeForm(t.kit, other.orgId, { fields: FIELDS })
    const { upload: handle } = await upload(PDF, { of: theirs })
    await t.asSuperuser('update intake.uploads set size = 1048576000 where id = $1', [handle.split('.')[0]])
    assert.equal((await refusal(await put(PDF, { of: theirs }))).code, 'no_room')
    assert.equal((await put(PDF)).status, 201)
  })

  describe('with a scanner', () => {
    let at: TestServer
    let person: Person
    let theirs: Form

    before(async () => {
      person = await makeOwner(scanned.kit)
      at = await testServer(scanned, modules, signedInAs(person.orgId, person.userId))
      theirs = await makeForm(scanned.kit, person.orgId, { fields: FIELDS })
    })
    after(() => at.close())

    const scan = (uploadId: string) =>
      scanUpload.run({
        kit: scanned.kit,
        orgId: person.orgId,
        jobId: newId(),
        attempt: 1,
        payload: { uploadId },
        signal: AbortSignal.timeout(60_000),
      })

    it('are refused when something is found in them', async () => {
      const bad = await refusal(await put(EICAR, { of: theirs, at }))
      assert.equal(bad.message, 'cv.pdf was refused: the scanner found something harmful in it.')
      const big = Buffer.concat([PDF, Buffer.alloc(200_000)])
      const { upload: handle } = await upload(big, { of: theirs, at })
      assert.equal((await send({ email: 'ok@example.com', cv: [handle] }, { of: theirs, at })).status, 201)
      const [file] = await filesOf((await leadOf('ok@example.com', at)).id, at)
      assert.equal(file?.state, 'ready')
    })

    it('are held back while it is away, and given out or taken away when it is there again', async () => {
      await clamd.stop()
      const good = await upload(PDF, { of: theirs, at, name: 'good.pdf' })
      const bad = await upload(EICAR, { of: theirs, at, name: 'bad.pdf' })
      const answers = { email: 'late@example.com', cv: [good.upload, bad.upload] }
      assert.equal((await send(answers, { of: theirs, at })).status, 201)
      const { id: leadId } = await leadOf('late@example.com', at)
      const waiting = await filesOf(leadId, at)
      assert.deepEqual(
        waiting.map(({ state }) => state),
        ['waiting', 'waiting'],
      )
      assert.equal((await bytesOf(waiting[0]?.id ?? '', at)).status, 409)
      await assert.rejects(() => scan(waiting[0]?.id ?? ''), RetryLater)
      const jobs = await inOrganization(
        scanned.kit,
        { orgId: person.orgId, actor: { type: 'system', name: 'test' } },
        ctx =>
          ctx.db.query(`select 1 from jobs.jobs where org_id = $1 and kind = 'intake.scan_upload'`, [
            ctx.orgId,
          ]),
      )
      assert.equal(jobs.rows.length, 2)
      await clamd.start()
      for (const { id } of waiting) await scan(id)
      const states = new Map((await filesOf(leadId, at)).map(({ name, state }) => [name, state]))
      assert.deepEqual([states.get('good.pdf'), states.get('bad.pdf')], ['ready', 'refused'])
      const event = (await leadOf('late@example.com', at)).events[0]
      assert.equal(event?.description, 'Took away bad.pdf: the scanner found something harmful in it')
      const refused = (await filesOf(leadId, at)).find(({ name }) => name === 'bad.pdf')
      assert.equal((await bytesOf(refused?.id ?? '', at)).status, 404)
    })
  })
})
