import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { deflateSync } from 'node:zlib'
import type { Client } from '#platform/contract/client.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import type { Egress } from '#platform/egress/egress.ts'
import { type TestKit, testKit, word } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { type SignedIn, signedInOwner } from '#test/people.ts'
import { authenticate } from './authenticate.ts'
import {
  addHost,
  deleteHost,
  deleteLogo,
  getOrganization,
  getPublicBranding,
  listHosts,
  setAccentColor,
  setLogo,
  updateOrganization,
  verifyHost,
} from './contract.ts'
import { iamModule } from './index.ts'

// The smallest sound picture there is, and others of other colors.
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

let t: TestKit
let server: TestServer
let owner: SignedIn
/** What name servers say, by name. */
const records = new Map<string, string[]>()
before(async () => {
  t = await testKit({ modules: [iamModule], env: { PUBLIC_URL: 'https://app.millrace.test' } })
  const egress: Egress = { ...t.kit.egress, textRecords: async name => records.get(name) ?? [] }
  const kit = { ...t.kit, egress }
  server = await testServer({ ...t, kit }, [iamModule], authenticate)
  owner = await signedInOwner(t.kit, server.url)
})
after(async () => {
  await server.close()
  await t.close()
})

const refused =
  (code: string, pointer?: string) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof ProblemError)
    assert.equal(error.problem.code, code)
    if (pointer !== undefined) assert.equal(error.problem.errors?.[0]?.pointer, pointer)
    return true
  }
const look = (query: { host?: string; slug?: string }) => owner.client.call(getPublicBranding, { query })
const slugOf = async (client: Client) => (await client.call(getOrganization)).slug

describe('the look of an organization', () => {
  it('is Millrace until it has one, and public then', async () => {
    const slug = await slugOf(owner.client)
    const { name } = await owner.client.call(getOrganization)
    assert.deepEqual(await look({ slug }), { name, accentColor: null, logoUrl: null })
    await owner.client.call(setAccentColor, { body: { accentColor: '#AA3377' } })
    const { logoUrl } = await owner.client.call(setLogo, { body: { data: PNG } })
    assert.deepEqual(await look({ slug }), { name, accentColor: '#aa3377', logoUrl })
    assert.deepEqual(Object.keys(await look({ slug })).sort(), ['accentColor', 'logoUrl', 'name'])
    assert.deepEqual((await owner.client.call(getOrganization)).branding, { accentColor: '#aa3377', logoUrl })
    for (const accentColor of ['red', '#fff', '#gggggg', 'url(//evil)', '#0b6b6b;}']) {
      const body = { accentColor }
      await assert.rejects(owner.client.call(setAccentColor, { body }), refused('request.invalid'))
    }
    await owner.client.call(setAccentColor, { body: { accentColor: null } })
    assert.equal((await look({ slug })).accentColor, null)
  })

  it('shows its logo to anybody, as a picture and nothing else, for as long as it is the logo', async () => {
    const { logoUrl } = await owner.client.call(setLogo, { body: { data: PNG } })
    const answer = await server.raw(logoUrl ?? '')
    const bytes = Buffer.from(await answer.arrayBuffer())
    assert.equal(createHash('sha256').update(bytes).digest('hex'), logoUrl?.split('/').at(-1))
    assert.equal(answer.headers.get('content-type'), 'image/png')
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
    assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'; sandbox/)
    assert.match(answer.headers.get('cache-control') ?? '', /immutable/)
    const other = await signedInOwner(t.kit, server.url)
    const elsewhere = logoUrl?.replace(await slugOf(owner.client), await slugOf(other.client)) ?? ''
    assert.equal((await server.raw(elsewhere)).status, 404)
    assert.equal((await server.raw(`${logoUrl?.slice(0, -1)}g`)).status, 404)
    await owner.client.call(deleteLogo)
    assert.equal((await server.raw(logoUrl ?? '')).status, 404)
    assert.equal((await t.asSuperuser('select 1 from iam.logos where org_id = $1', [owner.orgId])).length, 0)
  })

  it('takes no file that is no picture, is too large or hides something', async () => {
    const put = (bytes: Buffer) => owner.client.call(setLogo, { body: { data: bytes.toString('base64') } })
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    for (const text of [
      svg,
      `<?xml?>${svg}`,
      '<html><script>',
      'GIF89a;alert(1)//',
      '%PDF-1.4',
      'MZ',
      '\u0000',
    ]) {
      await assert.rejects(put(Buffer.from(text, 'latin1')), refused('request.invalid', '/data'))
    }
    await assert.rejects(put(randomBytes(262_144)), refused('request.invalid', '/data'))
    await assert.rejects(put(randomBytes(262_145)), refused('request.invalid', '/data'))
    await assert.rejects(put(randomBytes(10 << 20)), refused('request.too_large'))
    await assert.rejects(
      owner.client.call(setLogo, { body: { data: 'data:image/png;base64,AAAA' } }),
      refused('request.invalid', '/data'),
    )
    const payload = `<script>fetch('/v1/session')</script>${deflateSync(Buffer.alloc(99)).toString('base64')}`
    const polyglot = Buffer.concat([Buffer.from(PNG, 'base64'), Buffer.from(payload)])
    const { logoUrl } = await put(polyglot)
    const stored = Buffer.from(await (await server.raw(logoUrl ?? '')).arrayBuffer())
    assert.ok(!stored.includes('<script>'))
    assert.equal(stored.toString('base64'), PNG)
  })

  it('of two uploads at once is one of them', async () => {
    await Promise.all([PNG, PNG, PNG].map(data => owner.client.call(setLogo, { body: { data } })))
    const rows = await t.asSuperuser('select 1 from iam.logos where org_id = $1', [owner.orgId])
    assert.equal(rows.length, 1)
  })
})

describe('names under which an organization is reached', () => {
  it('are its address below the name of the installation, whatever the Host header plays', async () => {
    const slug = await slugOf(owner.client)
    const { name } = await owner.client.call(getOrganization)
    for (const host of [
      `${slug}.app.millrace.test`,
      `${slug.toUpperCase()}.APP.millrace.test:8443`,
      `${slug}.app.millrace.test.`,
    ]) {
      assert.equal((await look({ host })).name, name, host)
    }
    const plain = [
      'app.millrace.test',
      `x.${slug}.app.millrace.test`,
      `${slug}.app.millrace.test.evil.example`,
      `${slug}.evil.example`,
      `evil.example/${slug}.app.millrace.test`,
      `${slug}.app.millrace.test@evil.example`,
      `${slug}.app.millrace.test\\@evil`,
      `${slug}.app.millrace.test:0x50`,
      '127.0.0.1',
      '[::1]:80',
      '%',
      '..',
      'a'.repeat(300),
      'www.app.millrace.test',
    ]
    for (const host of plain) {
      assert.deepEqual(await look({ host }), { name: 'Millrace', accentColor: null, logoUrl: null }, host)
    }
    assert.equal((await look({})).name, 'Millrace')
    assert.equal((await look({ slug: `${slug}' or 1=1 --` })).name, 'Millrace')
  })

  it('may be its own once a name server says so', async () => {
    const host = `forms.${word()}.org`
    const claim = await owner.client.call(addHost, { body: { host: ` ${host.toUpperCase()}. ` } })
    assert.deepEqual([claim.host, claim.verifiedAt], [host, null])
    assert.equal((await look({ host })).name, 'Millrace')
    const params = { hostId: claim.id }
    await assert.rejects(owner.client.call(verifyHost, { params }), refused('iam.host_not_proved'))
    records.set(claim.record.name, ['v=spf1 -all', `${claim.record.value}x`])
    await assert.rejects(owner.client.call(verifyHost, { params }), refused('iam.host_not_proved'))
    records.set(claim.record.name, ['v=spf1 -all', claim.record.value])
    assert.ok((await owner.client.call(verifyHost, { params })).verifiedAt)
    assert.equal((await look({ host: `${host}:443` })).name, (await owner.client.call(getOrganization)).name)
    await owner.client.call(deleteHost, { params })
    assert.equal((await look({ host })).name, 'Millrace')
    await assert.rejects(owner.client.call(deleteHost, { params }), refused('request.not_found'))
  })

  it('belong to the one who can prove it, and change hands only when the other no longer can', async () => {
    const rival = await signedInOwner(t.kit, server.url)
    const host = `shared.${word()}.org`
    const [mine, theirs] = [
      await owner.client.call(addHost, { body: { host } }),
      await rival.client.call(addHost, { body: { host } }),
    ]
    assert.notEqual(mine.record.value, theirs.record.value)
    const verify = (who: SignedIn, hostId: string) => who.client.call(verifyHost, { params: { hostId } })
    records.set(mine.record.name, [mine.record.value])
    await verify(owner, mine.id)
    await assert.rejects(verify(rival, theirs.id), refused('iam.host_not_proved'))
    await assert.rejects(verify(rival, mine.id), refused('request.not_found'))
    records.set(mine.record.name, [mine.record.value, theirs.record.value])
    await assert.rejects(verify(rival, theirs.id), refused('iam.host_taken'))
    records.set(mine.record.name, [theirs.record.value])
    await verify(rival, theirs.id)
    assert.equal((await look({ host })).name, (await rival.client.call(getOrganization)).name)
    await owner.client.call(deleteHost, { params: { hostId: mine.id } })
    assert.equal((await look({ host })).name, (await rival.client.call(getOrganization)).name)
  })

  it('are public host names and no more than ten', async () => {
    const own = await signedInOwner(t.kit, server.url)
    const hosts = [
      'localhost',
      'intranet',
      'app.millrace.test',
      'x.app.millrace.test',
      '10.0.0.1',
      '[::1]',
      'db.internal',
      'https://forms.acme.org',
      'forms.acme.org/path',
      '-a.org',
      'a..org',
      `${'a'.repeat(64)}.org`,
    ]
    for (const host of hosts) {
      await assert.rejects(
        own.client.call(addHost, { body: { host } }),
        refused('request.invalid', '/host'),
        host,
      )
    }
    assert.equal(
      (await own.client.call(addHost, { body: { host: 'bücher.example.org' } })).host,
      'xn--bcher-kva.example.org',
    )
    await assert.rejects(
      own.client.call(addHost, { body: { host: 'BÜCHER.example.org' } }),
      refused('iam.host_claimed'),
    )
    for (let n = 0; n < 9; n++) await own.client.call(addHost, { body: { host: `h${n}.example.org` } })
    await assert.rejects(
      own.client.call(addHost, { body: { host: 'h10.example.org' } }),
      refused('iam.too_many_hosts'),
    )
    assert.equal((await own.client.call(listHosts)).items.length, 10)
    await own.client.call(updateOrganization, { body: { name: 'Still here' } })
  })
})
