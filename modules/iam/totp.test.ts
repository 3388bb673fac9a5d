import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { base32, matchingStep, totpCode, totpUri } from './totp.ts'

const SECRET = Buffer.from('12345678901234567890')

describe('codes of an authenticator app', () => {
  it('are those of RFC 6238, appendix B, in six digits', () => {
    const vectors: [seconds: number, code: string][] = [
      [59, '94287082'],
      [1_111_111_109, '07081804'],
      [1_111_111_111, '14050471'],
      [1_234_567_890, '89005924'],
      [2_000_000_000, '69279037'],
      [20_000_000_000, '65353130'],
    ]
    for (const [seconds, code] of vectors) {
      assert.equal(totpCode(SECRET, Math.floor(seconds / 30)), code.slice(-6))
    }
  })

  it('match one step around now and no other, however they are typed', () => {
    const now = 41_152_263
    const at = (step: number) => matchingStep(SECRET, totpCode(SECRET, step), now)
    assert.deepEqual(
      [-3, -2, -1, 0, 1, 2, 3].map(offset => at(now + offset)),
      [null, null, now - 1, now, now + 1, null, null],
    )
    const code = totpCode(SECRET, now)
    assert.equal(matchingStep(SECRET, `${code.slice(0, 3)} ${code.slice(3)}`, now), now)
    for (const wrong of ['', code.slice(1), `${code}0`, `0${code}`, 'abcdef']) {
      assert.equal(matchingStep(SECRET, wrong, now), null, wrong)
    }
  })

  it('come from a secret that is written as RFC 4648 says', () => {
    assert.equal(base32(Buffer.from('foobar')), 'MZXW6YTBOI')
    assert.equal(base32(Buffer.from('fooba')), 'MZXW6YTB')
    assert.equal(
      totpUri(SECRET, 'a+b@example.com'),
      'otpauth://totp/Millrace:a%2Bb%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Millrace&algorithm=SHA1&digits=6&period=30',
    )
  })
})
