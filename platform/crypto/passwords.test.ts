import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hashPassword, needsRehash, PasswordError, passwordLoad, verifyPassword } from './passwords.ts'

// The reference implementation's own vector (phc-winner-argon2, test.c): other parameters, known result.
const REFERENCE = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'

describe('password hashes', () => {
  test('are PHC strings with the required cost and a fresh salt', async () => {
    const [one, two] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')])
    assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    assert.notEqual(one, two)
  })

  test('verify the exact password and nothing near it', async () => {
    const password = 'Tr0ub4dor&3 🐎 mit Größe'
    const hash = await hashPassword(password)
    assert.equal(await verifyPassword(password, hash), true)
    for (const wrong of [
      '',
      password.toLowerCase(),
      `${password} `,
      ` ${password}`,
      password.slice(0, -1),
      `${password}\0`,
    ]) {
      assert.equal(await verifyPassword(wrong, hash), false, JSON.stringify(wrong))
    }
  })

  test('of long passwords count every byte up to the limit', async () => {
    const long = 'x'.repeat(1024)
    const hash = await hashPassword(long)
    assert.equal(await verifyPassword(long, hash), true)
    assert.equal(await verifyPassword(`${'x'.repeat(1023)}y`, hash), false)
    assert.equal(await verifyPassword(`${long}x`, hash), false)
    await assert.rejects(
      hashPassword(`${long}x`),
      (error: unknown) => error instanceof PasswordError && error.code === 'too_long',
    )
    await assert.rejects(hashPassword('é'.repeat(513)), PasswordError)
  })

  test('do not depend on how a keyboard composes a letter', async () => {
    const hash = await hashPassword('cafe\u0301 au lait')
    assert.equal(await verifyPassword('caf\u00e9 au lait', hash), true)
  })

  test('of the reference implementation verify', async () => {
    assert.equal(await verifyPassword('password', REFERENCE), true)
    assert.equal(await verifyPassword('Password', REFERENCE), false)
  })
})

describe('verifying', () => {
  test('without an account is false for every password, the empty one too', async () => {
    for (const password of ['', 'a', 'x'.repeat(5000)])
      assert.equal(await verifyPassword(password, null), false)
  })

  test('without an account takes the work of a real hash', async () => {
    const hash = await hashPassword('correct horse')
    const known: number[] = []
    const unknown: number[] = []
    for (let round = 0; round < 7; round += 1) {
      known.push(await cpuOf(() => verifyPassword('wrong horse', hash)))
      unknown.push(await cpuOf(() => verifyPassword('wrong horse', null)))
    }
    // CPU time rather than the clock, so that a busy machine cannot turn the answer; skipping the work would be 0.01.
    const ratio = median(unknown) / median(known)
    assert.ok(ratio > 0.5 && ratio < 2, `unknown accounts cost ${ratio.toFixed(2)} of known ones`)
  })

  test('a damaged or costly hash gives false, no exception and no more than the usual work', async () => {
    const hash = await hashPassword('correct horse')
    const damaged = [
      '',
      'correct horse',
      hash.replace('argon2id', 'argon2i'),
      hash.replace('v=19', 'v=16'),
      hash.replace('m=19456', 'm=4194304'),
      hash.replace('m=19456', 'm=1'),
      hash.replace('t=2', 't=0'),
      hash.replace('t=2', 't=99'),
      hash.replace('p=1', 'p=64'),
      `${hash}=`,
      `${hash}\n`,
      hash.slice(0, -30),
    ]
    const usual = await cpuOf(() => verifyPassword('wrong horse', hash))
    for (const wrong of damaged) {
      const cost = await cpuOf(async () =>
        assert.equal(await verifyPassword('correct horse', wrong), false, wrong),
      )
      assert.ok(cost < 10 * usual, `${wrong} took ${(cost / usual).toFixed(1)} times the usual work`)
    }
  })
})

test('a hash needs renewing when it was made with other parameters', async () => {
  const hash = await hashPassword('correct horse')
  assert.equal(needsRehash(hash), false)
  assert.equal(needsRehash(REFERENCE), true)
  assert.equal(needsRehash(hash.replace('m=19456', 'm=9216')), true)
  assert.equal(needsRehash('$2b$10$abcdefghijklmnopqrstuv'), true)
})

test('at most two hashes run at once, a hundred wait, the rest are told to retry', async () => {
  const outcomes = Array.from({ length: 110 }, () => hashPassword('flood'))
  await Promise.resolve()
  assert.deepEqual(passwordLoad(), { running: 2, waiting: 100 })
  const settled = await Promise.allSettled(outcomes)
  const refused = settled.filter(outcome => outcome.status === 'rejected')
  assert.equal(refused.length, 8)
  for (const { reason } of refused) assert.ok(reason instanceof PasswordError && reason.code === 'busy')
  assert.deepEqual(passwordLoad(), { running: 0, waiting: 0 })
  assert.equal(await verifyPassword('flood', await hashPassword('flood')), true)
})

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const used = process.cpuUsage(before)
  return used.user + used.system
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
