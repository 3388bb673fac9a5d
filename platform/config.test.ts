import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ConfigError, readConfig } from './config.ts'

describe('settings', () => {
  it('have working defaults', () => {
    const config = readConfig({})
    assert.equal(config.port, 4000)
    assert.equal(config.publicUrl, 'http://localhost:4000')
    assert.equal(config.databaseUrl, undefined)
  })

  it('are refused by name when they are wrong', () => {
    const wrong: Record<string, string> = {
      MILLRACE_ROLE: 'some',
      MILLRACE_FAULT: 'somewhere',
      PORT: '70000',
      DATABASE_URL: 'mysql://localhost/x',
      DATABASE_POOL: '999',
      SMTP_URL: 'mail.example.com:25',
      PUBLIC_URL: 'ftp://example.com',
      MAIL_FROM: 'nobody',
      MILLRACE_DEMO_PASSWORD: 'short',
      MILLRACE_SEED: 'some',
      FORM_POSTS_PER_MINUTE: '-5',
      TRUST_PROXY: 'maybe',
      LOG_LEVEL: 'loud',
    }
    for (const [name, value] of Object.entries(wrong)) {
      assert.throws(
        () => readConfig({ [name]: value }),
        (error: unknown) =>
          error instanceof ConfigError && error.message.includes(name) && !error.message.includes(value),
        name,
      )
    }
    assert.throws(
      () => readConfig(wrong),
      (error: Error) => Object.keys(wrong).every(name => error.message.includes(name)),
    )
  })

  it('ask for a database of its own where several processes share it', () => {
    for (const MILLRACE_ROLE of ['api', 'worker'])
      assert.throws(() => readConfig({ MILLRACE_ROLE }), /DATABASE_URL: must be set/)
    const shared = readConfig({ MILLRACE_ROLE: 'worker', DATABASE_URL: 'postgres://a:b@127.0.0.1/c' })
    assert.equal(shared.role, 'worker')
  })

  it('know an OpenID provider as a whole or not at all', () => {
    const whole = {
      OIDC_ISSUER: 'https://login.example.com',
      OIDC_CLIENT_ID: 'us',
      OIDC_CLIENT_SECRET: 'hush',
    }
    const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = whole
    assert.deepEqual(readConfig(whole).oidc, { issuer, clientId, clientSecret, name: 'single sign-on' })
    assert.equal(readConfig({}).oidc, undefined)
    for (const name of Object.keys(whole))
      assert.throws(() => readConfig({ ...whole, [name]: '' }), new RegExp(`${name}: must be set together`))
  })

  it('treat an empty variable as one that is not set', () => {
    assert.equal(readConfig({ PORT: '', SMTP_URL: '' }).port, 4000)
  })

  it('name the public address without a trailing slash', () => {
    assert.equal(readConfig({ PUBLIC_URL: 'https://crm.example.com/' }).publicUrl, 'https://crm.example.com')
  })
})
