import { createTokens, tokensOf } from '#modules/iam/contract.ts'
import { GOOD_PASSWORD, makeOwner, type Person } from '#modules/iam/factories.ts'
import type { Kit } from '#platform/context.ts'
import { type Client, createClient } from '#platform/contract/client.ts'

export interface SignedIn extends Person {
  password: string
  accessToken: string
  client: Client
}

/** A new organization's owner with an access token of the running server. */
export async function signedInOwner(kit: Kit, baseUrl: string): Promise<SignedIn> {
  const person = await makeOwner(kit)
  const tokens = tokensOf(
    await createClient({ baseUrl }).call(createTokens, {
      body: { email: person.email, password: GOOD_PASSWORD },
    }),
  )
  const client = createClient({ baseUrl, headers: () => ({ authorization: `Bearer ${tokens.accessToken}` }) })
  return { ...person, password: GOOD_PASSWORD, accessToken: tokens.accessToken, client }
}
