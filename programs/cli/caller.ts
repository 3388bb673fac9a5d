import { refreshTokens } from '#modules/iam/contract.ts'
import type { CommandSettings } from '#platform/config.ts'
import { createClient, type RequestOptions } from '#platform/contract/client.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import type { AnyRoute, Route } from '#platform/contract/route.ts'
import { UsageError } from './given.ts'
import { type Profile, readProfiles, storeProfile } from './profiles.ts'

/** What goes or comes beside JSON: the bytes of a file. */
export type Content = Pick<RequestOptions, 'bytes' | 'receive'>

/** Calls routes as the person or key of a profile. */
export interface Caller {
  readonly url: string
  readonly as: string
  /** Resolves with the answer; throws `ProblemError`. */
  call(route: AnyRoute, input: object, headers?: Record<string, string>, content?: Content): Promise<unknown>
}

/** The caller of a profile, or the one that the environment describes. Throws `UsageError` when nobody is signed in. */
export function callerOf(settings: CommandSettings, profileName: string | undefined): Caller {
  if (profileName === undefined && settings.apiKey !== undefined) {
    if (settings.url === undefined)
      throw new UsageError('MILLRACE_API_KEY is set, and MILLRACE_URL is missing.')
    return callerAs({ url: settings.url, as: 'MILLRACE_API_KEY', apiKey: settings.apiKey }, () => {})
  }
  const all = readProfiles()
  const name = profileName ?? all.current
  const profile = all.profiles[name]
  if (profile === undefined) {
    const known = Object.keys(all.profiles)
    const hint = known.length > 0 ? ` Known: ${known.join(', ')}.` : ''
    throw new UsageError(`There is no profile ${name}.${hint} Sign in with: millrace sign-in`)
  }
  return callerAs(profile, fresh => storeProfile(name, fresh, false))
}

function callerAs(profile: Profile, store: (fresh: Profile) => void): Caller {
  let held = profile
  const client = createClient({
    baseUrl: profile.url,
    headers: () => ({ authorization: `Bearer ${held.apiKey ?? held.accessToken ?? ''}` }),
  })
  // The routes are known at run time only, so their inputs are checked by the server.
  const send = (route: AnyRoute, input: object, headers: Record<string, string>, content: Content) =>
    client.call(route as Route, input as never, { headers, ...content }) as Promise<unknown>
  return {
    url: profile.url,
    as: profile.as,
    async call(route, input, headers = {}, content = {}) {
      try {
        return await send(route, input, headers, content)
      } catch (error) {
        const isOver = error instanceof ProblemError && error.status === 401
        if (!isOver || held.refreshToken === undefined) throw error
        const fresh = await client.call(refreshTokens, { body: { refreshToken: held.refreshToken } })
        held = { ...held, accessToken: fresh.accessToken, refreshToken: fresh.refreshToken }
        store(held)
        return send(route, input, headers, content)
      }
    },
  }
}
