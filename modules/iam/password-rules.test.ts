import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AppError } from '#platform/errors.ts'
import { checkNewPassword } from './password-rules.ts'

const context = {
  email: 'marie.dubois@brasserie-lune.example',
  name: 'Marie Dubois',
  organizationName: 'Brasserie de la Lune',
}

function faultOf(password: string): string | undefined {
  try {
    checkNewPassword(password, context)
    return undefined
  } catch (error) {
    assert.ok(error instanceof AppError)
    assert.equal(error.code, 'request.invalid')
    assert.equal(error.errors?.[0]?.pointer, '/password')
    assert.ok(!JSON.stringify(error.errors).includes(password), 'the password is not repeated')
    return error.errors[0].code
  }
}

describe('a new password', () => {
  it('has 12 to 200 characters, counted as people count them', () => {
    assert.equal(faultOf('k7#Qz!m2Wp9'), 'too_small')
    assert.equal(faultOf('k7#Qz!m2Wp9x'), undefined)
    assert.equal(faultOf('🐎🌊🍋🪵🧭🛶'), 'too_small')
    assert.equal(faultOf('🐎🌊🍋🪵🧭🛶🪨🐟🦆🌾🛠️🕯️'), undefined)
    const long = Array.from({ length: 100 }, (_, n) => String.fromCodePoint(0x4e00 + n * 7)).join('')
    assert.equal(faultOf(long + long.split('').reverse().join('')), undefined)
    assert.equal(faultOf(`${long}${long}x`), 'too_big')
  })

  it('needs no capital, digit or sign', () => {
    assert.equal(faultOf('violet kettle under snow'), undefined)
    assert.equal(faultOf('ein sehr langer satz'), undefined)
  })

  it('is none of the commonest, also dressed up or repeated', () => {
    for (const password of [
      '123qweasdzxc',
      'Administrator',
      'counterstrike',
      'Password2026!',
      '!!!iloveyou2026',
      'dragondragon',
      'DragonDragonDragon',
      'passwordpassword',
    ]) {
      assert.equal(faultOf(password), 'password_common', password)
    }
  })

  it('is no run and no repetition of a few characters', () => {
    for (const password of ['aaaaaaaaaaaa', 'abababababab', '123123123123', 'abcdefghijklmn', '987654321098'])
      assert.equal(faultOf(password), 'password_common', password)
  })

  it('is not made of what others know about the person', () => {
    for (const password of [
      'marie.dubois2026',
      'MarieDubois!!',
      'brasserie-lune',
      'Millrace-2026',
      'Motdepasse-1!',
      'Dubois.Brasserie',
    ]) {
      assert.equal(faultOf(password), 'password_context', password)
    }
    assert.equal(faultOf('dubois walks seven miles'), undefined)
  })
})
