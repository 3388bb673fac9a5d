import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { format, inspect } from 'node:util'
import fc from 'fast-check'
import { rotateKeyFile } from './key-file.ts'
import { type Kms, KmsError, localKms } from './kms.ts'
import { Secret } from './secret.ts'
import { asSealed, createVault, isSealed, type SealedAt, VaultError } from './vault.ts'

const folder = mkdtempSync(join(tmpdir(), 'vault-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const keyFile = join(folder, 'master.key')
const kms = localKms(keyFile)
const vault = createVault({ kms })

const AT: SealedAt = { orgId: 'org-a', table: 'sync.connections', column: 'token', id: '0190-1' }

const refused = (error: unknown) => error instanceof VaultError && error.code === 'refused'
const failed = (error: unknown) => error instanceof VaultError

describe('a sealed value', () => {
  test('opens to the same bytes and the same text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async bytes => {
        assert.deepEqual(Buffer.from(await vault.open(await vault.seal(bytes, AT), AT)), Buffer.from(bytes))
      }),
      { numRuns: 50 },
    )
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async text => {
        assert.equal(await vault.openText(await vault.seal(text, AT), AT), text)
      }),
      { numRuns: 50 },
    )
  })

  test('keeps every one of the naughty strings', async () => {
    const file = new URL('../../test/fixtures/security/blns.json', import.meta.url)
    const strings: string[] = JSON.parse(readFileSync(file, 'utf8'))
    assert.ok(strings.length > 500)
    for (const text of ['\ufeffmark', ...strings]) {
      assert.equal(await vault.openText(await vault.seal(text, AT), AT), text)
    }
  })

  test('is one line of storable text and differs every time', async () => {
    const sealed = await Promise.all(Array.from({ length: 100 }, () => vault.seal('same', AT)))
    assert.equal(new Set(sealed).size, 100)
    for (const text of sealed) {
      assert.match(text, /^mv1\.local:1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/)
      assert.ok(isSealed(text) && !text.includes('same'))
    }
  })

  test('does not open in another organization, table, column or row', async () => {
    const sealed = await vault.seal('token', AT)
    for (const field of ['orgId', 'table', 'column', 'id'] as const) {
      await assert.rejects(vault.open(sealed, { ...AT, [field]: 'other' }), refused, field)
      await assert.rejects(vault.open(sealed, { ...AT, [field]: '' }), refused, field)
    }
  })

  test('does not open where the same letters are split differently over the fields', async () => {
    const place = fc.record({
      orgId: fc.constantFrom('a', 'ab', 'abc', ''),
      table: fc.constantFrom('b', 'bc', 'c', ''),
      column: fc.constantFrom('c', 'cd', ''),
      id: fc.constantFrom('d', 'cd', ''),
    })
    await fc.assert(
      fc.asyncProperty(place, place, async (sealedAt, openedAt) => {
        fc.pre(JSON.stringify(sealedAt) !== JSON.stringify(openedAt))
        await assert.rejects(vault.open(await vault.seal('x', sealedAt), openedAt), refused)
      }),
    )
  })

  test('does not open after any single character is changed', async () => {
    const sealed = await vault.seal('hi', AT)
    for (let index = 0; index < sealed.length; index += 1) {
      for (const replacement of ['A', 'B', '.', '\n']) {
        if (sealed[index] === replacement) continue
        const changed = sealed.slice(0, index) + replacement + sealed.slice(index + 1)
        await assert.rejects(
          async () => vault.open(asSealed(changed), AT),
          failed,
          `position ${index} to ${replacement}`,
        )
      }
    }
  })

  test('does not open when a part is cut, emptied or taken from another value', async () => {
    const [version, keyId, key, box = ''] = (await vault.seal('one', AT)).split('.')
    const [, , otherKey, otherBox] = (await vault.seal('two', AT)).split('.')
    const tagless = Buffer.from(box, 'base64url').subarray(0, 27).toString('base64url')
    const changed = [
      `${version}.${keyId}.${otherKey}.${box}`,
      `${version}.${keyId}.${key}.${otherBox}`,
      `${version}.${keyId}.${key}.${tagless}`,
      `${version}.${keyId}.${key}.${box.slice(0, -8)}`,
      `${version}.${keyId}.${key}.`,
      `${version}.${keyId}..${box}`,
      `${version}.local:9.${key}.${box}`,
      `mv2.${keyId}.${key}.${box}`,
      '',
      'one',
    ]
    for (const text of changed) await assert.rejects(async () => vault.open(asSealed(text), AT), failed, text)
  })

  test('binds its place twice: in its own encryption and through the key service', async () => {
    const contexts: unknown[] = []
    const indifferent: Kms = {
      keyId: 'plain:1',
      wrap: async (dek, context) => {
        contexts.push(context)
        return { keyId: 'plain:1', bytes: Buffer.from(dek) }
      },
      unwrap: async (wrapped, context) => {
        contexts.push(context)
        return Buffer.from(wrapped.bytes)
      },
    }
    const weaker = createVault({ kms: indifferent })
    const sealed = await weaker.seal('token', AT)
    assert.equal(await weaker.openText(sealed, AT), 'token')
    assert.deepEqual(contexts, [AT, AT])
    for (const field of ['orgId', 'table', 'column', 'id'] as const) {
      await assert.rejects(weaker.open(sealed, { ...AT, [field]: 'other' }), refused, field)
    }
    const shifted = { ...AT, orgId: `${AT.orgId}${AT.table[0]}`, table: AT.table.slice(1) }
    await assert.rejects(weaker.open(sealed, shifted), refused)
  })

  test('has one spelling: unused bits at the end of its base64url must be zero', async () => {
    const sealed = await vault.seal('1', AT)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const respelled = sealed.slice(0, -1) + alphabet[alphabet.indexOf(sealed.at(-1) ?? '') + 1]
    const bytes = (text: string) => Buffer.from(text.split('.')[3] ?? '', 'base64url')
    assert.deepEqual(bytes(respelled), bytes(sealed))
    await assert.rejects(vault.open(asSealed(respelled), AT), failed)
  })

  test('does not open with another master key', async () => {
    const stranger = createVault({ kms: localKms(join(folder, 'stranger.key')) })
    await assert.rejects(stranger.open(await vault.seal('token', AT), AT), refused)
  })

  test('refuses text that has no UTF-8 form instead of changing it', async () => {
    await assert.rejects(vault.seal('a\udc00', AT), TypeError)
    const sealed = await vault.seal(Uint8Array.of(0xff, 0xfe), AT)
    await assert.rejects(vault.openText(sealed, AT), failed)
  })

  test('shows a key service that is out of reach as that, not as a refusal', async () => {
    const outage = new Error('connection refused')
    const down: Kms = {
      keyId: 'remote:1',
      wrap: () => Promise.reject(outage),
      unwrap: () => Promise.reject(outage),
    }
    const sealed = await vault.seal('token', AT)
    await assert.rejects(createVault({ kms: down }).open(sealed, AT), outage)
    await assert.rejects(createVault({ kms: down }).seal('token', AT), outage)
  })
})

describe('rotating the master key', () => {
  test('keeps old values readable, seals new ones with the new key, and reaches running processes', async () => {
    const path = join(folder, 'rotated.key')
    const before = localKms(path)
    const old = await createVault({ kms: before }).seal('old', AT)
    const signedWith = before.deriveKeys('links')[0]

    assert.equal(rotateKeyFile(path), 2)
    const rotated = localKms(path)
    const rotatedVault = createVault({ kms: rotated })
    const fresh = await rotatedVault.seal('new', AT)

    assert.equal(rotated.keyId, 'local:2')
    assert.equal(await rotatedVault.openText(old, AT), 'old')
    assert.deepEqual([rotatedVault.isCurrent(old), rotatedVault.isCurrent(fresh)], [false, true])
    assert.deepEqual(rotated.deriveKeys('links')[1], signedWith)
    assert.equal(await createVault({ kms: before }).openText(fresh, AT), 'new')
    assert.equal(before.keyId, 'local:2')
  })
})

describe('the local key service', () => {
  test('unwraps a data key only in the context it was wrapped in', async () => {
    const dek = Buffer.alloc(32, 3)
    const wrapped = await kms.wrap(dek, { orgId: 'a', id: '1' })
    assert.deepEqual(await kms.unwrap(wrapped, { id: '1', orgId: 'a' }), dek)
    for (const context of [
      {},
      { orgId: 'a' },
      { orgId: 'a', id: '2' },
      { orgId: 'a', id: '1', more: '' },
      { orgIda: '', id: '1' },
    ]) {
      const refusal = (error: unknown) => error instanceof KmsError && error.code === 'refused'
      await assert.rejects(kms.unwrap(wrapped, context), refusal, inspect(context))
    }
  })

  test('says which key is missing', async () => {
    const wrapped = await kms.wrap(Buffer.alloc(32), {})
    const unknown = (error: unknown) => error instanceof KmsError && error.code === 'unknown_key'
    await assert.rejects(kms.unwrap({ ...wrapped, keyId: 'local:7' }, {}), unknown)
    await assert.rejects(kms.unwrap({ ...wrapped, keyId: 'aws:7' }, {}), unknown)
  })
})

describe('a secret', () => {
  const secret = new Secret('hunter2-canary')

  test('shows itself in no print, log line, error, copy or serialisation', () => {
    const leaks = [
      String(secret),
      `${secret}`,
      JSON.stringify({ secret, list: [secret] }),
      inspect({ deep: { secret } }, { depth: 9, showHidden: true }),
      format('%s %o %O %j', secret, secret, secret, secret),
      Object.values(secret).join(),
      Reflect.ownKeys(secret).join(),
      inspect(structuredClone({ secret }), { depth: 9, showHidden: true }),
      inspect(new Error('failed', { cause: secret })),
    ]
    for (const leak of leaks) assert.ok(!leak.includes('canary'), leak)
    assert.equal(`${secret}`, '[secret]')
    assert.equal(JSON.stringify({ secret }), '{"secret":"[secret]"}')
    assert.equal(inspect(secret), '[secret]')
  })

  test('gives its value when asked to, and comes out of the vault', async () => {
    assert.equal(secret.reveal(), 'hunter2-canary')
    const opened = await vault.openSecret(await vault.seal('token-1', AT), AT)
    assert.equal(opened.reveal(), 'token-1')
    assert.equal(inspect(opened), '[secret]')
  })
})

test('neither the database nor the program alone opens a value', async () => {
  const path = join(folder, 'apart.key')
  const sealed = await createVault({ kms: localKms(path) }).seal('token', AT)
  const stolen = readFileSync(path)
  rmSync(path)
  await assert.rejects(createVault({ kms: localKms(path) }).open(sealed, AT), refused)
  writeFileSync(path, stolen)
  chmodSync(path, 0o600)
  assert.equal(await createVault({ kms: localKms(path) }).openText(sealed, AT), 'token')
})
