import { z } from 'zod'

const bytes = (max: number) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/)
    .max(max)
const transports = z.array(z.string().max(40)).max(10)
const Descriptor = z.object({
  id: z.string(),
  type: z.literal('public-key'),
  transports: transports.optional(),
})

/** What a browser hands to its authenticator to sign, as `navigator.credentials.get` takes it in JSON. */
export const PasskeyQuestion = z
  .object({
    challenge: z.string(),
    rpId: z.string(),
    allowCredentials: z.array(Descriptor),
    userVerification: z.literal('required'),
    timeout: z.number().int(),
  })
  .meta({ id: 'PasskeyQuestion' })
export type PasskeyQuestion = z.output<typeof PasskeyQuestion>

/** What an authenticator signed, as browsers give it in JSON (Web Authentication, AuthenticationResponseJSON). */
export const PasskeyAnswer = z.object({
  id: bytes(1400),
  rawId: bytes(1400),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: bytes(4000),
    authenticatorData: bytes(4000),
    signature: bytes(4000),
    userHandle: bytes(100).optional(),
  }),
})
export type PasskeyAnswer = z.output<typeof PasskeyAnswer>

/** What a browser hands to its authenticator to make a passkey, as `navigator.credentials.create` takes it in JSON. */
export const PasskeyOffer = z
  .object({
    challenge: z.string(),
    rp: z.object({ id: z.string(), name: z.string() }),
    user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
    pubKeyCredParams: z.array(z.object({ alg: z.number().int(), type: z.literal('public-key') })),
    excludeCredentials: z.array(Descriptor),
    authenticatorSelection: z.object({
      residentKey: z.literal('required'),
      requireResidentKey: z.literal(true),
      userVerification: z.literal('required'),
    }),
    attestation: z.literal('none'),
    timeout: z.number().int(),
  })
  .meta({ id: 'PasskeyOffer' })
export type PasskeyOffer = z.output<typeof PasskeyOffer>

/** A passkey that an authenticator made, as browsers give it in JSON (RegistrationResponseJSON). */
export const NewPasskey = z.object({
  id: bytes(1400),
  rawId: bytes(1400),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: bytes(4000),
    attestationObject: bytes(20_000),
    transports: transports.optional(),
  }),
})
export type NewPasskey = z.output<typeof NewPasskey>
