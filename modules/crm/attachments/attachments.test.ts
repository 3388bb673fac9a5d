import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { addMember, makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { inOrganization } from '#platform/context.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { eraseFiles, sweepFiles } from '#platform/files/files.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { listAttachments, restoreAttachment } from '../contract.ts'
import { crmModule, forgetAttachments } from '../index.ts'
import { dropAttachmentsOf } from './attachments.ts'

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const HTML = Buffer.from('<!doctype html><script>alert(document.domain)</script>')

describe('files at records', () => {
  let t: TestKit
  let server: TestServer
  let dataDir: string
  let orgId: string
  let userId: string
  let sight: Visibility = {}
  const person = newId()

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'millrace-files-'))
    mkdirSync(join(dataDir, 'files'))
    t = await testKit({ modules: [iamModule, crmModule], env: { MILLRACE_DATA: dataDir, FILE_MAX_MB: '2' } })
    ;({ orgId, userId } = await makeOwner(t.kit))
    const other = await makeOwner(t.kit)
    await addMember(t.kit, orgId, other.userId, 'member')
    server = await testServer(t, [iamModule, crmModule], async (_kit, { authorization }) => ({
      actor: { type: 'user', userId: authorization === 'foreign' ? other.userId : userId },
      name: 'Test person',
      userId,
      sessionId: null,
      orgId: authorization === 'foreign' ? other.orgId : orgId,
      role: 'member',
      visibility: authorization === 'narrow' ? sight : {},
      can: () => true,
    }))
    await t.asSuperuser(`insert into crm.people (org_id, id, first_name) values ($1, $2, 'Ada')`, [
      orgId,
      person,
    ])
  })
  after(async () => {
    await server.close()
    await t.close()
    rmSync(dataDir, { recursive: true, force: true })
  })

  const path = (name: string, recordId = person) =>
    `/v1/attachments?object=person&recordId=${recordId}&name=${encodeURIComponent(name)}`
  const put = (
    name: string,
    body: NonNullable<RequestInit['body']>,
    headers: Record<string, string> = {},
    recordId = person,
  ) => server.raw(path(name, recordId), { method: 'POST', body, headers })
  const added = async (name: string, body: NonNullable<RequestInit['body']>) => {
    const response = await put(name, body)
    assert.equal(response.status, 201, await response.clone().text())
    return (await response.json()) as { id: string; name: string; type: string; size: number }
  }
  const get = (id: string, query = '', headers: Record<string, string> = {}) =>
    server.raw(`/v1/attachments/${id}/content${query}`, { headers })
  const listed = async (authorization = '') =>
    (
      await server
        .client(authorization ? { authorization } : {})
        .call(listAttachments, { query: { object: 'person', recordId: person } })
    ).items
  const lying = () =>
    readdirSync(join(dataDir, 'files'), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
  const stored = async () =>
    (await t.asSuperuser<{ id: string }>('select id from files.files order by id')).map(row => row.id)

  it('come back byte for byte, and are what their first bytes say', async () => {
    const noise = randomBytes(300_000)
    const file = await added('Angebot für Zoë.bin', noise)
    assert.deepEqual(
      [file.name, file.type, file.size],
      ['Angebot für Zoë.bin', 'application/octet-stream', 300_000],
    )
    const response = await get(file.id)
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), noise)
    assert.match(
      response.headers.get('content-disposition') ?? '',
      /^attachment; .*filename\*=UTF-8''Angebot%20f%C3%BCr/,
    )
    assert.equal((await added('photo.exe', PNG)).type, 'image/png')
    assert.equal((await added('page.html', HTML)).type, 'text/plain')
    assert.equal((await added('letter.pdf', Buffer.from('%PDF-1.7\n'))).type, 'application/pdf')
    assert.equal((await listed()).length, 4)
    assert.deepEqual(
      lying()
        .map(each => each.slice(-36))
        .toSorted(),
      await stored(),
    )
  })

  it('are never shown as what could run', async () => {
    const [page, image] = [await added('evil.svg', HTML), await added('a.png', PNG)]
    for (const id of [page.id, image.id]) {
      const shown = await get(id, '?show=true')
      assert.match(shown.headers.get('content-security-policy') ?? '', /default-src 'none'.*sandbox/)
      assert.equal(shown.headers.get('x-content-type-options'), 'nosniff')
      assert.equal(shown.headers.get('cross-origin-resource-policy'), 'same-origin')
      const isImage = id === image.id
      assert.match(shown.headers.get('content-disposition') ?? '', isImage ? /^inline/ : /^attachment/)
      assert.match(shown.headers.get('content-type') ?? '', isImage ? /image\/png/ : /text\/plain/)
      await shown.body?.cancel()
    }
  })

  it('lose paths and unseen characters of their names', async () => {
    const names: readonly (readonly [string, string])[] = [
      ['../../etc/passwd', 'passwd'],
      ['..\\..\\boot.ini', 'boot.ini'],
      ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
      ['a\u0007b\r\nc.txt', 'abc.txt'],
      ['...', 'file'],
      [`${'x'.repeat(400)}.txt`, `${'x'.repeat(196)}.txt`],
      ['"; filename=evil.html', '; filename=evil.html'],
    ]
    for (const [sent, kept] of names) {
      const { id, name } = await added(sent, 'x')
      assert.equal(name.replaceAll('"', ''), kept)
      const { headers, body } = await get(id)
      assert.doesNotMatch(headers.get('content-disposition') ?? '', /filename="[^"]*"[^;]/)
      await body?.cancel()
    }
  })

  it('are refused when empty, too large or for a record that is not there, and nothing is left of them', async () => {
    const [before, rows] = [lying().length, (await stored()).length]
    const codeOf = async (response: Response) => [
      response.status,
      ((await response.json()) as { code: string }).code,
    ]
    assert.deepEqual(await codeOf(await put('a', '')), [422, 'files.empty'])
    assert.deepEqual(await codeOf(await put('a', 'x', {}, newId())), [404, 'request.not_found'])
    assert.deepEqual(await codeOf(await put('a', 'x', { authorization: 'foreign' })), [
      404,
      'request.not_found',
    ])
    assert.deepEqual(await codeOf(await put('', 'x')), [422, 'request.invalid'])
    assert.deepEqual(await codeOf(await put('a', 'x', { 'sec-fetch-site': 'cross-site' })), [
      403,
      'request.cross_site',
    ])
    // Without a length nobody knows before it is too late.
    const endless = new ReadableStream<Uint8Array>({
      pull: controller => controller.enqueue(new Uint8Array(65_536)),
    })
    const init = { method: 'POST', body: endless, duplex: 'half' } as RequestInit
    const refused = await server.raw(path('a'), init).then(codeOf, () => [413, 'files.too_large'])
    assert.deepEqual(refused, [413, 'files.too_large'])
    assert.deepEqual([lying().length, (await stored()).length], [before, rows])
  })

  it('are kept once for each Idempotency-Key, and told apart by their bytes', async () => {
    const headers = { 'idempotency-key': newId() }
    const first = await (await put('once.txt', 'hello', headers)).json()
    const again = await put('once.txt', 'hello', headers)
    assert.equal(again.headers.get('idempotency-replayed'), 'true')
    assert.deepEqual(await again.json(), first)
    assert.equal((await put('once.txt', 'other', headers)).status, 422)
    assert.equal(lying().length, (await stored()).length)
  })

  it('do not arrive whole when somebody changed them in the folder', async () => {
    const noise = randomBytes(300_000)
    const { id } = await added('contract.bin', noise)
    const place = lying().find(each => readFileSync(each).equals(noise)) ?? ''
    writeFileSync(place, Buffer.concat([Buffer.from('x'), noise.subarray(1)]))
    await assert.rejects(async () => (await get(id)).arrayBuffer())
    writeFileSync(place, noise.subarray(1))
    assert.equal((await get(id)).status, 500)
    rmSync(place)
    assert.equal((await get(id)).status, 500)
  })

  it('are removed, brought back, and gone after 30 days with their bytes', async () => {
    const { id } = await added('soon gone.txt', 'soon gone')
    const place = lying().find(each => readFileSync(each).toString() === 'soon gone') ?? ''
    const remove = () => server.raw(`/v1/attachments/${id}`, { method: 'DELETE' })
    assert.equal((await remove()).status, 204)
    assert.equal((await get(id)).status, 404)
    assert.equal((await remove()).status, 404)
    await server.client().call(restoreAttachment, { params: { attachmentId: id } })
    assert.equal(await (await get(id)).text(), 'soon gone')
    await remove()
    const forget = () =>
      inOrganization(t.kit, { orgId, actor: { type: 'system', name: 'test' } }, ctx => forgetAttachments(ctx))
    assert.equal(await forget(), 0)
    await t.asSuperuser(`update crm.attachments set deleted_at = now() - interval '31 days' where id = $1`, [
      id,
    ])
    assert.equal(await forget(), 1)
    await gone(place)
  })

  /** Bytes go after the commit; the test waits for the folder, not for a time. */
  async function gone(place: string): Promise<void> {
    for (let look = 0; lying().includes(place); look++) {
      assert.ok(look < 10_000, `${place} stays`)
      await new Promise(resolve => setImmediate(resolve))
    }
  }

  it('go with their record, and with their organization', async () => {
    const passing = newId()
    await t.asSuperuser(`insert into crm.people (org_id, id, first_name) values ($1, $2, 'Passing')`, [
      orgId,
      passing,
    ])
    assert.equal((await put('theirs.txt', 'theirs', {}, passing)).status, 201)
    const place = lying().find(each => readFileSync(each).toString() === 'theirs') ?? ''
    await inOrganization(t.kit, { orgId, actor: { type: 'system', name: 'test' } }, ctx =>
      dropAttachmentsOf(ctx, [passing]),
    )
    await gone(place)
    assert.ok(lying().some(each => each.includes(orgId)))
    await t.asSuperuser('insert into platform.erasures (org_id) values ($1)', [orgId])
    await eraseFiles(t.kit)
    assert.ok(!lying().some(each => each.includes(orgId)))
    await t.asSuperuser('delete from platform.erasures where org_id = $1', [orgId])
    await t.asSuperuser('delete from crm.attachments where org_id = $1', [orgId])
    await t.asSuperuser('delete from files.files where org_id = $1', [orgId])
  })

  it('of hidden records are nobody’s, and of records to look at nobody adds any', async () => {
    const { id } = await added('secret.txt', 'secret')
    const narrow = { authorization: 'narrow' }
    sight = { person: { owners: [], writable: [], readable: [] } }
    assert.equal((await get(id, '', narrow)).status, 404)
    assert.equal((await put('a.txt', 'x', narrow)).status, 404)
    assert.equal(
      (await server.raw(`/v1/attachments/${id}`, { method: 'DELETE', headers: narrow })).status,
      404,
    )
    assert.deepEqual(await listed('narrow'), [])
    sight = { person: { owners: [], writable: [], readable: [person] } }
    assert.equal(await (await get(id, '', narrow)).text(), 'secret')
    assert.equal((await listed('narrow')).length, 1)
    assert.equal((await put('a.txt', 'x', narrow)).status, 403)
    assert.equal(
      (await server.raw(`/v1/attachments/${id}`, { method: 'DELETE', headers: narrow })).status,
      403,
    )
    sight = {}
  })

  it('that a sender or a process left half-way are seen by nobody and swept away', async () => {
    const rows = await stored()
    const kept = lying()
    // The sender goes away in the middle.
    await new Promise<void>(resolve => {
      const sending = request(`${server.url}${path('half.bin')}`, { method: 'POST' })
      sending.on('error', () => resolve())
      sending.write(Buffer.alloc(200_000), () => sending.destroy())
    })
    for (let look = 0; lying().length > kept.length; look++) {
      assert.ok(look < 100_000, 'what the sender left stays')
      await new Promise(resolve => setImmediate(resolve))
    }
    // The process goes away in the middle, and another one between the place and the row.
    for (const act of ['half', 'placed']) await dies(act)
    assert.deepEqual(await stored(), rows)
    assert.equal(lying().length, kept.length + 2)
    assert.equal(await sweepFiles(t.kit), 0)
    assert.equal(await sweepFiles(t.kit, 0), 2)
    assert.deepEqual(lying().toSorted(), kept.toSorted())
  })

  /** Takes a file in another process, which kills itself on the way. */
  async function dies(act: string): Promise<void> {
    const script = `
      import { placeFile, receiveFile } from '#platform/files/store.ts'
      const die = () => process.kill(process.pid, 'SIGKILL')
      async function* source() {
        yield Buffer.alloc(500_000, 1)
        if (${JSON.stringify(act)} === 'half') { die(); await new Promise(() => {}) }
      }
      const { id } = await receiveFile(${JSON.stringify(dataDir)}, source(), 1e9)
      await placeFile(${JSON.stringify(dataDir)}, ${JSON.stringify(orgId)}, id)
      die()`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: join(import.meta.dirname, '../../..'),
      stdio: 'inherit',
    })
    const signal = await new Promise(resolve => child.once('exit', (_code, by) => resolve(by)))
    assert.equal(signal, 'SIGKILL')
  }

  it('have the hash of what was sent', async () => {
    const noise = randomBytes(1_500_000)
    const { id } = await added('noise.bin', noise)
    const [row] = await t.asSuperuser<{ sha256: string }>(
      'select f.sha256 from files.files f join crm.attachments a on a.file_id = f.id where a.id = $1',
      [id],
    )
    assert.equal(row?.sha256, createHash('sha256').update(noise).digest('hex'))
  })
})
