import { inOrganization, type Kit } from '#platform/context.ts'
import { newId } from '#platform/ids.ts'
import type { Role } from './contract.ts'
import { type LetterContent, openLetter, recipientKey } from './letters.ts'
import { makeLink } from './mailed-links.ts'
import { openSession, SESSION_COOKIE } from './sessions.ts'
import { signUpOrganization } from './sign-up.ts'

/** A password that every rule accepts. */
export const GOOD_PASSWORD = 'violet kettle under snow'

export interface Person {
  readonly userId: string
  readonly orgId: string
  readonly email: string
}

let made = 0

/** A new user who owns a new organization. */
export async function makeOwner(kit: Kit, name = 'Ada Owner'): Promise<Person> {
  made += 1
  const email = `person${made}.${newId().slice(-8)}@example.com`
  const organizationName = `Business ${newId().slice(-8)}`
  const ids = await signUpOrganization(kit, {
    name,
    email,
    password: GOOD_PASSWORD,
    organizationName,
    isVerified: true,
  })
  return { ...ids, email }
}

/** Makes an existing user a member of another organization. Returns the member's id. */
export async function addMember(
  kit: Kit,
  orgId: string,
  userId: string,
  role: Exclude<Role, 'owner'>,
  permissions: Record<string, boolean> = {},
): Promise<string> {
  const id = newId()
  await inOrganization(kit, { orgId, actor: { type: 'system', name: 'factory' } }, async ctx => {
    await ctx.db.query(
      `insert into iam.members (org_id, id, user_id, role, permissions, status, joined_at)
       values ($1, $2, $3, $4, $5, 'active', now())`,
      [orgId, id, userId, role, JSON.stringify(permissions)],
    )
    await ctx.db.query(
      `insert into iam.user_organizations (user_id, org_id, last_used_at) values ($1, $2, now() - interval '1 day')`,
      [userId, orgId],
    )
  })
  return id
}

/** The header of a browser that is signed in as a user, in an organization. */
export async function cookieOf(kit: Kit, userId: string, orgId: string | null): Promise<string> {
  const session = { userId, orgId, userAgent: 'factory/1', address: '127.0.0.1' }
  const token = await kit.db.withGlobal(tx => openSession(tx, session))
  return `${SESSION_COOKIE}=${token.text}`
}

/** The token of a link with which a person chooses a new password, as a letter would hold it. */
export async function makeResetLink(kit: Kit, { userId, email }: Person): Promise<string> {
  const link = await kit.db.withGlobal(tx => makeLink(tx, 'reset_password', { userId, email }))
  return link.token
}

/** What waits to be sent to an address, oldest first, as long as no worker takes it. */
export async function lettersTo(kit: Kit, address: string): Promise<LetterContent[]> {
  const waiting = await kit.db.withGlobal(tx =>
    tx.query<{ id: string; content: string }>(
      `select id, content from iam.letters where recipient = $1 and content is not null order by id`,
      [recipientKey(kit, address)],
    ),
  )
  return Promise.all(waiting.rows.map(row => openLetter(kit, row)))
}

/** A browser as far as the API sees it: keeps its session cookie and says where it comes from. */
export interface Browser {
  get(path: string): Promise<Response>
  /** Posts JSON; without a body nothing but the headers is sent. */
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  /** The session token it holds now, or undefined. */
  token(): string | undefined
  /** Puts a token into its cookie. */
  hold(token: string | undefined): void
}

/** A browser without a session; `send` is a request to the server under test. */
export function openBrowser(send: (path: string, init: RequestInit) => Promise<Response>): Browser {
  let token: string | undefined
  const request = async (path: string, init: RequestInit, extra: Record<string, string> = {}) => {
    const headers = new Headers({ 'sec-fetch-site': 'same-origin', 'user-agent': 'factory/1', ...extra })
    if (token !== undefined) headers.set('cookie', `__Host-session=${token}`)
    const response = await send(path, { ...init, headers })
    for (const line of response.headers.getSetCookie()) {
      const value = /^__Host-session=([^;]*)/.exec(line)?.[1]
      if (value !== undefined) token = value === '' ? undefined : value
    }
    return response
  }
  return {
    get: path => request(path, { method: 'GET' }),
    post: (path, body, headers) =>
      body === undefined
        ? request(path, { method: 'POST' }, headers)
        : request(
            path,
            { method: 'POST', body: JSON.stringify(body) },
            { 'content-type': 'application/json', ...headers },
          ),
    token: () => token,
    hold: value => {
      token = value
    },
  }
}
