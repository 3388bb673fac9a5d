import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import {
  createTokens,
  getOrganization,
  getSession,
  revokeTokens,
  sendSecondFactorForTokens,
  type Tokens,
} from '#modules/iam/contract.ts'
import { type Client, createClient } from '#platform/contract/client.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { UsageError } from './given.ts'
import { forgetProfile, type Profile, readProfiles, storeProfile } from './profiles.ts'

export interface SignInOptions {
  url?: string | undefined
  email?: string
  code?: string
  /** The password is the first line of standard input. */
  passwordStdin?: boolean
  apiKeyStdin?: boolean
  profile?: string
}

/**
 * Signs in at an installation and keeps the credential in a profile. What is not given is asked for; secrets come from
 * the keyboard or from standard input and never from the command line, where others could read them.
 */
export async function signIn(options: SignInOptions): Promise<string> {
  const url = (options.url ?? (await ask('Address of the installation', 'http://localhost:4000'))).replace(
    /\/+$/,
    '',
  )
  if (!URL.canParse(url)) throw new UsageError(`${url} is no address. It looks like https://app.example.com.`)
  const name = options.profile ?? 'default'
  const profile = options.apiKeyStdin ? await withKey(url, firstLine()) : await withPassword(url, options)
  storeProfile(name, profile, true)
  return `Signed in at ${url} as ${profile.as}. Profile ${name}.`
}

/** Revokes what the profile holds, as far as the server can be reached, and forgets it. */
export async function signOut(profileName: string | undefined): Promise<string> {
  const all = readProfiles()
  const name = profileName ?? all.current
  const profile = all.profiles[name]
  if (!profile) throw new UsageError(`There is no profile ${name}.`)
  const { refreshToken } = profile
  forgetProfile(name)
  if (refreshToken === undefined)
    return `Forgot profile ${name}. Its API key still works until it is revoked.`
  await createClient({ baseUrl: profile.url }).call(revokeTokens, { body: { refreshToken } })
  return `Signed out of profile ${name}.`
}

async function withKey(url: string, apiKey: string): Promise<Profile> {
  const client = createClient({ baseUrl: url, headers: () => ({ authorization: `Bearer ${apiKey}` }) })
  try {
    const { name } = await client.call(getOrganization)
    return { url, as: `API key of ${name}`, apiKey }
  } catch (error) {
    // The key is good and may just not read this.
    if (error instanceof ProblemError && error.status === 403) return { url, as: 'API key', apiKey }
    throw error
  }
}

async function withPassword(url: string, options: SignInOptions): Promise<Profile> {
  const email = options.email ?? (await ask('E-mail'))
  const password = options.passwordStdin ? firstLine() : await askHidden('Password')
  const client = createClient({ baseUrl: url })
  const { accessToken, refreshToken } = await tokensFor(client, { email, password }, options.code)
  const session = await createClient({
    baseUrl: url,
    headers: () => ({ authorization: `Bearer ${accessToken}` }),
  }).call(getSession)
  const where = session.organization ? ` of ${session.organization.name}` : ''
  return { url, as: `${session.user.email}${where}`, accessToken, refreshToken }
}

async function tokensFor(
  client: Client,
  body: { email: string; password: string },
  code: string | undefined,
): Promise<Tokens> {
  const answer = await client.call(createTokens, { body })
  if (!('secondFactor' in answer)) return answer
  const { token, methods } = answer.secondFactor
  if (!methods.includes('code') && !methods.includes('recoveryCode'))
    throw new UsageError(
      'This account signs in with a passkey. Make an API key in the web app and use --api-key-stdin.',
    )
  const proof = (code ?? (await ask('Code of the authenticator app, or a recovery code'))).trim()
  const isCode = /^\d{6}$/.test(proof)
  return client.call(sendSecondFactorForTokens, {
    body: { token, ...(isCode ? { code: proof } : { recoveryCode: proof }) },
  })
}

function firstLine(): string {
  const line = readFileSync(0, 'utf8').split(/\r?\n/)[0] ?? ''
  if (line === '') throw new UsageError('Standard input is empty.')
  return line
}

async function ask(question: string, preset?: string): Promise<string> {
  if (!process.stdin.isTTY) throw new UsageError(`${question} is missing, and there is nobody to ask.`)
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await lines.question(preset === undefined ? `${question}: ` : `${question} (${preset}): `)
    return answer.trim() || (preset ?? '')
  } finally {
    lines.close()
  }
}

/** Asks without showing what is typed. */
async function askHidden(question: string): Promise<string> {
  if (!process.stdin.isTTY)
    throw new UsageError(`${question} is missing, and there is nobody to ask. Use --password-stdin.`)
  process.stderr.write(`${question}: `)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  try {
    return await lines.question('')
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}
