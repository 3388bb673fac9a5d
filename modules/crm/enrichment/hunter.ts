import { z } from 'zod'
import { askJson, type Provider } from './provider.ts'

const text = z.string().nullish()
const Answer = z.object({
  data: z.object({
    email: text,
    score: z.number().nullish(),
    position: text,
    phone_number: text,
    linkedin_url: text,
    verification: z.object({ status: text }).nullish(),
  }),
})

const STATUS: Readonly<Record<string, string>> = { valid: 'valid', accept_all: 'risky', invalid: 'invalid' }

/**
 * Work e-mail addresses by name and domain: the Email Finder of Hunter, https://hunter.io/api-documentation/v2. A hit costs one
 * of its credits, an answer without an address none.
 */
export const hunter: Provider = {
  id: 'hunter',
  name: 'Hunter',
  about: 'Work e-mail addresses of people, by their name and the domain of their company.',
  finds: ['person'],
  needsCredential: true,
  origin: 'https://api.hunter.io',
  canAsk: ({ object, firstName, lastName, domain }) =>
    object === 'person' && Boolean(firstName) && Boolean(lastName) && domain !== null,
  ask(asking) {
    const { firstName, lastName, domain } = asking.question
    const url = new URL('/v2/email-finder', asking.origin)
    url.search = new URLSearchParams({
      domain: domain ?? '',
      first_name: firstName ?? '',
      last_name: lastName ?? '',
    }).toString()
    return askJson(asking, url, { 'x-api-key': asking.credential }, json => {
      const { email, position, phone_number, linkedin_url, verification } = Answer.parse(json).data
      if (!email) return { kind: 'nothing' }
      const values = {
        email,
        emailStatus: STATUS[verification?.status ?? ''] ?? 'unverified',
        title: position,
        phone: phone_number,
        linkedinUrl: linkedin_url,
      }
      return { kind: 'found', values }
    })
  },
}
