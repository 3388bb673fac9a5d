import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { Verification } from '../contract/verification.ts'
import { isGenuine, isUsableSecret } from './signatures.ts'

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../test/fixtures/webhooks/${name}`, import.meta.url), 'utf8'))

interface Signed {
  secret: string
  at: number
  body: string
  headers: Record<string, string>
}

const vectors = fixture('standard-webhooks-vectors.json') as {
  sign: { secret: string; id: string; timestamp: number; payload: string; expected: string }[]
  empty_payload: { id: string; timestamp: number; payload: string; signature_computed_here: string }
}
const bySenders = fixture('signed-by-senders.json') as Record<
  'stripe' | 'standard_webhooks' | 'github',
  Signed
>

const BAD = 'Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc='

/** Whether a delivery is let in, after changes to it. */
function isAccepted(
  verification: Verification,
  signed: Signed,
  change: {
    headers?: Record<string, string | undefined>
    body?: string
    at?: number
    secrets?: string[]
  } = {},
): boolean {
  const headers: Record<string, string | undefined> = { ...signed.headers, ...change.headers }
  const delivery = {
    header: (name: string) => headers[name],
    body: Buffer.from(change.body ?? signed.body),
    now: (change.at ?? signed.at) * 1000,
  }
  return isGenuine(verification, delivery, change.secrets ?? [signed.secret])
}

describe('Standard Webhooks', () => {
  const standard = { type: 'standard_webhooks' } as const
  const [vector] = vectors.sign
  assert.ok(vector)
  const signed: Signed = {
    secret: vector.secret,
    at: vector.timestamp,
    body: vector.payload,
    headers: {
      'webhook-id': vector.id,
      'webhook-timestamp': String(vector.timestamp),
      'webhook-signature': vector.expected,
    },
  }
  const signature = (value: string | undefined) => ({ headers: { 'webhook-signature': value } })

  it('accepts what has to be accepted', () => {
    assert.ok(isAccepted(standard, signed))
    assert.ok(isAccepted(standard, signed, { secrets: [signed.secret.replace('whsec_', '')] }))
    assert.ok(isAccepted(standard, signed, { secrets: [`whsec_${'A'.repeat(32)}`, signed.secret] }))
    assert.ok(isAccepted(standard, signed, signature(`v1,${BAD} v2,${BAD} ${vector.expected} v1,${BAD}`)))
    assert.ok(isAccepted(standard, signed, { at: signed.at + 300 }))
    assert.ok(isAccepted(standard, signed, { at: signed.at - 300 }))
    const { id, timestamp, payload, signature_computed_here } = vectors.empty_payload
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature_computed_here,
    }
    assert.ok(isAccepted(standard, { ...signed, at: timestamp, body: payload, headers }))
    assert.ok(isAccepted(standard, bySenders.standard_webhooks))
  })

  it('refuses what has to be refused', () => {
    for (const name of Object.keys(signed.headers)) {
      assert.ok(!isAccepted(standard, signed, { headers: { [name]: undefined } }), `without ${name}`)
    }
    for (const timestamp of [
      'hello',
      '',
      '1e9',
      ' 1614265330',
      '-1614265330',
      '1614265330.0',
      '16142653301614265330',
    ]) {
      assert.ok(!isAccepted(standard, signed, { headers: { 'webhook-timestamp': timestamp } }), timestamp)
    }
    const bad = [
      'v1,dawfeoifkpqwoekfpqoekf',
      vector.expected.slice(0, 8),
      'v1,',
      '',
      `v2,${vector.expected.slice(3)}`,
    ]
    for (const value of bad) assert.ok(!isAccepted(standard, signed, signature(value)), value)
    assert.ok(!isAccepted(standard, signed, { at: signed.at + 301 }))
    assert.ok(!isAccepted(standard, signed, { at: signed.at - 301 }))
    assert.ok(!isAccepted(standard, signed, { body: signed.body.replace('2432232314', '2432232315') }))
    assert.ok(
      !isAccepted(standard, signed, { body: JSON.stringify(JSON.parse(signed.body)) }),
      're-serialised',
    )
    assert.ok(!isAccepted(standard, signed, { headers: { 'webhook-id': 'msg_other' } }))
  })

  it('an empty or short secret is none, neither to be set nor to sign with', () => {
    for (const secret of ['', 'whsec_', 'whsec_AAAA', 'whsec_not base64', 'whsec_-_-_-_-_-_-_-_-_-_-_-_-_']) {
      assert.equal(isUsableSecret('standard_webhooks', secret), false, secret)
      const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
      const text: string = `${vector.id}.${vector.timestamp}.${vector.payload}`
      const forged: string = `v1,${createHmac('sha256', key).update(text).digest('base64')}`
      assert.ok(!isAccepted(standard, signed, { ...signature(forged), secrets: [secret] }), secret)
    }
  })
})

describe('GitHub and Stripe', () => {
  const github = { type: 'github' } as const
  const stripe = { type: 'stripe' } as const

  it('accept what their own packages signed', () => {
    assert.ok(isAccepted(github, bySenders.github))
    assert.ok(isAccepted(stripe, bySenders.stripe))
  })

  it('refuse another body, secret or scheme', () => {
    for (const [verification, signed] of [
      [github, bySenders.github],
      [stripe, bySenders.stripe],
    ] as const) {
      assert.ok(!isAccepted(verification, signed, { body: `${signed.body} ` }))
      assert.ok(!isAccepted(verification, signed, { secrets: ['another secret'] }))
      assert.ok(!isAccepted(verification, signed, { secrets: [] }))
      for (const name of Object.keys(signed.headers)) {
        if (name === 'x-github-delivery') continue
        assert.ok(!isAccepted(verification, signed, { headers: { [name]: undefined } }), name)
        assert.ok(!isAccepted(verification, signed, { headers: { [name]: '' } }), name)
      }
    }
    const plain = bySenders.github.headers['x-hub-signature-256']?.slice(7)
    assert.ok(!isAccepted(github, bySenders.github, { headers: { 'x-hub-signature-256': plain } }))
  })

  it('Stripe signatures are timely, one of several may fit, and only the signed time counts', () => {
    const { headers, at } = bySenders.stripe
    const given = headers['stripe-signature'] ?? ''
    const [time, fitting] = given.split(',')
    const check = (value: string, now = at) =>
      isAccepted(stripe, bySenders.stripe, { headers: { 'stripe-signature': value }, at: now })
    assert.ok(check(`${time},v1=${'0'.repeat(64)},${fitting},v0=abc`))
    assert.ok(check(given, at + 300))
    assert.ok(!check(given, at + 301))
    assert.ok(!check(given, at - 301))
    assert.ok(!check(`t=${at + 1},${fitting}`))
    assert.ok(!check(`${time},t=${at + 1},${fitting}`))
    assert.ok(!check(`${time},${fitting?.replace('v1=', 'v0=')}`))
    assert.ok(!check(`${fitting}`))
  })
})

describe('Calendly', () => {
  const calendly = { type: 'calendly' } as const
  const [at, secret, body] = [1_763_768_000, 'a signing key of calendly', '{"event":"invitee.created"}']
  const sign = (time: number, text = body, key = secret) =>
    `t=${time},v1=${createHmac('sha256', key).update(`${time}.${text}`).digest('hex')}`
  const accepts = (value: string | undefined, now = at) =>
    isAccepted(calendly, {
      secret,
      at: now,
      body,
      headers: value === undefined ? {} : { 'calendly-webhook-signature': value },
    })

  it('signs the time and the body, and a signature is good for five minutes', () => {
    assert.ok(accepts(sign(at)))
    assert.ok(accepts(sign(at), at + 300))
    assert.ok(!accepts(sign(at), at + 301))
    assert.ok(!accepts(sign(at), at - 301))
    assert.ok(!accepts(sign(at, `${body} `)))
    assert.ok(!accepts(sign(at, body, 'another key')))
    assert.ok(!accepts(sign(at).replace(`t=${at}`, `t=${at + 1}`)))
    assert.ok(!accepts(undefined))
    assert.ok(!accepts('t=,v1='))
  })

  it("is not Stripe's", () => {
    const headers = { 'stripe-signature': sign(at) }
    assert.ok(!isAccepted(calendly, { secret, at, body, headers }))
  })
})

describe("a signature or secret of one's own", () => {
  const secret = 'a secret of a sender'
  const body = 'a=1&b=2'
  const hmac = (algorithm: 'sha256' | 'sha1', encoding: 'hex' | 'base64', prefix = ''): Verification => ({
    type: 'hmac',
    header: 'x-signature',
    algorithm,
    encoding,
    prefix,
  })
  const sign = (algorithm: string, encoding: 'hex' | 'base64') =>
    createHmac(algorithm, secret).update(body).digest(encoding)
  const accepts = (verification: Verification, value: string, secrets = [secret]) =>
    isAccepted(verification, { secret, at: 0, body, headers: { 'x-signature': value } }, { secrets })

  it('works with every algorithm, encoding and prefix, and with several signatures', () => {
    for (const algorithm of ['sha256', 'sha1'] as const) {
      for (const encoding of ['hex', 'base64'] as const) {
        const good = sign(algorithm, encoding)
        assert.ok(accepts(hmac(algorithm, encoding), good))
        assert.ok(accepts(hmac(algorithm, encoding, 'sig='), `sig=old, sig=${good}`))
        assert.ok(!accepts(hmac(algorithm, encoding, 'sig='), good), 'without its prefix')
        assert.ok(!accepts(hmac(algorithm, encoding), good, ['another secret']))
        assert.ok(!accepts(hmac(algorithm, encoding), good.slice(0, -1)))
      }
    }
    assert.ok(accepts(hmac('sha256', 'hex'), sign('sha256', 'hex').toUpperCase()))
    assert.ok(!accepts(hmac('sha256', 'hex'), sign('sha1', 'hex')))
    const late = [...Array.from({ length: 50 }, () => 'x'), sign('sha256', 'hex')].join(' ')
    assert.ok(!accepts(hmac('sha256', 'hex'), late), 'a list without end is not read')
  })

  it('a secret header is compared as a whole', () => {
    const header: Verification = { type: 'secret_header', header: 'x-signature' }
    assert.ok(accepts(header, secret))
    for (const value of ['', secret.slice(1), `${secret} `, secret.toUpperCase(), '\ud800']) {
      assert.ok(!accepts(header, value), value)
    }
    assert.ok(!isAccepted(header, { secret, at: 0, body, headers: {} }))
    assert.ok(accepts(header, secret, ['the new one', secret]), 'the secret before is still accepted')
  })
})
