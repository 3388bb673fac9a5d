import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { NewPasskey, PasskeyAnswer, PasskeyOffer, PasskeyQuestion } from '#modules/iam/contract.ts'

type Input<T extends { _zod: { input: unknown } }> = T['_zod']['input']

const USER_PRESENT = 0x01
const USER_VERIFIED = 0x04
const HAS_CREDENTIAL = 0x40

/** What a page, or a thief, may say differently from an honest browser. */
interface Deviation {
  origin?: string
  challenge?: string
  /** Signs with this counter instead of the next one. */
  counter?: number
  /** Leaves out that the person was verified. */
  isUnverified?: boolean
}

/** A software authenticator with one passkey (ES256), as a browser would speak for it. */
export interface Authenticator {
  make(offer: Input<typeof PasskeyOffer>, deviation?: Deviation): Input<typeof NewPasskey>
  answer(question: Input<typeof PasskeyQuestion>, deviation?: Deviation): Input<typeof PasskeyAnswer>
}

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest()

/** Plugs in an authenticator on a page of an origin. */
export function plugInAuthenticator(origin: string): Authenticator {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(32)
  let counter = 0
  let userHandle = ''
  const clientData = (type: string, challenge: string, deviation: Deviation) =>
    Buffer.from(
      JSON.stringify({
        type,
        challenge: deviation.challenge ?? challenge,
        origin: deviation.origin ?? origin,
        crossOrigin: false,
      }),
    )
  return {
    make(offer, deviation = {}) {
      userHandle = offer.user.id
      const flags = USER_PRESENT | HAS_CREDENTIAL | (deviation.isUnverified ? 0 : USER_VERIFIED)
      const head = authenticatorData(offer.rp.id, flags, counter)
      const length = Buffer.from([0, id.length])
      const authData = Buffer.concat([head, Buffer.alloc(16), length, id, coseKey(publicKey)])
      return {
        id: base64url(id),
        rawId: base64url(id),
        type: 'public-key',
        response: {
          clientDataJSON: base64url(clientData('webauthn.create', offer.challenge, deviation)),
          attestationObject: base64url(attestation(authData)),
          transports: ['internal'],
        },
      }
    },
    answer(question, deviation = {}) {
      counter = deviation.counter ?? counter + 1
      const flags = USER_PRESENT | (deviation.isUnverified ? 0 : USER_VERIFIED)
      const authData = authenticatorData(question.rpId, flags, counter)
      const client = clientData('webauthn.get', question.challenge, deviation)
      const signature = sign('sha256', Buffer.concat([authData, sha256(client)]), privateKey)
      return {
        id: base64url(id),
        rawId: base64url(id),
        type: 'public-key',
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(authData),
          signature: base64url(signature),
          ...(userHandle === '' ? {} : { userHandle }),
        },
      }
    },
  }
}

/** Web Authentication, section 6.1. */
function authenticatorData(rpId: string, flags: number, counter: number): Buffer {
  const tail = Buffer.alloc(5)
  tail.writeUInt8(flags, 0)
  tail.writeUInt32BE(counter, 1)
  return Buffer.concat([sha256(rpId), tail])
}

/** The key as a CBOR map: EC2, ES256, P-256, x and y (RFC 9052, section 7). */
function coseKey(publicKey: KeyObject): Buffer {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const head = Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20])
  return Buffer.concat([
    head,
    Buffer.from(x, 'base64url'),
    Buffer.from([0x22, 0x58, 0x20]),
    Buffer.from(y, 'base64url'),
  ])
}

/** CBOR of `{ fmt: 'none', attStmt: {}, authData }`. */
function attestation(authData: Buffer): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)])
  const size = Buffer.alloc(3)
  size.writeUInt8(0x59, 0)
  size.writeUInt16BE(authData.length, 1)
  return Buffer.concat([
    Buffer.from([0xa3]),
    text('fmt'),
    text('none'),
    text('attStmt'),
    Buffer.from([0xa0]),
    text('authData'),
    size,
    authData,
  ])
}
