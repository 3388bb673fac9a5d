import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readSmtpUrl } from './settings.ts'

describe('the URL of an SMTP server', () => {
  it('gives host, port and login, with escaped characters as they are meant', () => {
    assert.deepEqual(readSmtpUrl('smtps://a%40b:p%3Aw%2F@mail.example.com'), {
      host: 'mail.example.com',
      port: 465,
      tls: 'implicit',
      login: { user: 'a@b', password: 'p:w/' },
    })
    assert.deepEqual(readSmtpUrl('smtp://[::1]:2525'), { host: '::1', port: 2525, tls: 'off', login: null })
  })

  it('never lets a password leave the machine in clear unless it says so', () => {
    assert.equal(readSmtpUrl('smtp://u:p@mail.example.com').tls, 'required')
    assert.equal(readSmtpUrl('smtp://u:p@10.0.0.5').tls, 'required')
    assert.equal(readSmtpUrl('smtp://u:p@127.0.0.1:1025').tls, 'off')
    assert.equal(readSmtpUrl('smtp://mail.example.com').tls, 'offered')
    assert.equal(readSmtpUrl('smtp://u:p@10.0.0.5?tls=off').tls, 'off')
  })

  it('is refused with the reason when it is none, without repeating the password', () => {
    for (const text of [
      'mail.example.com',
      'http://u:secret@mail.example.com',
      'smtp://u:secret@mail.example.com?tls=maybe',
      'smtp://u:secret@mail.example.com?pool=true',
      'smtps://u:secret@mail.example.com?tls=off',
    ]) {
      assert.throws(
        () => readSmtpUrl(text),
        (error: Error) => error.message.includes('SMTP_URL') && !error.message.includes('secret'),
        text,
      )
    }
  })
})
