import type { Http } from '#platform/http/handlers.ts'
import type { FormField } from '../form-definition.ts'
import { readFormToken } from '../form-token.ts'
import { isProof } from './proof.ts'
import type { Manner } from './signs.ts'

/** How a call of the API sends a form: the script of a page with its token, a program with or without one. */
export function mannerOfCall(
  { kit, headers }: Http,
  formId: string | undefined,
  {
    token,
    proof,
    captcha,
  }: { token?: string | undefined; proof?: string | undefined; captcha?: string | undefined },
): Manner {
  const page = token === undefined || formId === undefined ? null : readFormToken(kit, formId, token)
  return {
    channel: page ? 'script' : 'program',
    ageMs: page?.ageMs ?? null,
    isTrapped: false,
    missing: [],
    headers,
    isProven: page !== null && isProof(token ?? '', proof ?? ''),
    captcha: captcha ?? null,
  }
}

/** What came with a form that a browser sent by itself. */
export interface PlainPost {
  readonly formId: string
  readonly fields: readonly FormField[]
  /** Null where the form stands on a page of another site, which has none. */
  readonly token: string | null
  readonly trap: string
  /** The names of all that came. */
  readonly names: ReadonlySet<string>
  readonly captcha: string | null
}

/** How a browser sends a form by itself. It sends every control but those that are not ticked or chosen. */
export function mannerOfPost({ kit, headers }: Http, post: PlainPost): Manner {
  const page = post.token === null ? null : readFormToken(kit, post.formId, post.token)
  const always = post.fields.filter(({ type }) => !SOMETIMES.has(type)).map(({ key }) => key)
  return {
    channel: 'plain',
    ageMs: page?.ageMs ?? null,
    isTrapped: post.trap !== '',
    // Somebody else's page may ask less than ours does.
    missing: page ? always.filter(key => !post.names.has(key)) : [],
    headers,
    isProven: false,
    captcha: post.captcha,
  }
}

const SOMETIMES: ReadonlySet<string> = new Set(['CHECKBOX', 'CONSENT', 'MULTI_SELECT', 'FILE'])
