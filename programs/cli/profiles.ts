import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'

/** An installation and who one is there. */
const Profile = z.object({
  url: z.string(),
  /** Who signed in, for people to read. */
  as: z.string().default(''),
  apiKey: z.string().optional(),
  accessToken: z.string().optional(),
  refreshToken: z.string().optional(),
})
export type Profile = z.output<typeof Profile>

const Profiles = z.object({ current: z.string(), profiles: z.record(z.string(), Profile) })
export type Profiles = z.output<typeof Profiles>

/** The file with the profiles; only its owner may read it. */
export const PROFILES_FILE = join(homedir(), '.config', 'millrace', 'profiles.json')

/** Reads all profiles; none when there is no file yet. */
export function readProfiles(): Profiles {
  let text: string
  try {
    text = readFileSync(PROFILES_FILE, 'utf8')
  } catch {
    return { current: 'default', profiles: {} }
  }
  return Profiles.parse(JSON.parse(text))
}

/** Stores a profile and, when asked, makes it the current one. */
export function storeProfile(name: string, profile: Profile, makeCurrent: boolean): void {
  const all = readProfiles()
  write({ current: makeCurrent ? name : all.current, profiles: { ...all.profiles, [name]: profile } })
}

/** Forgets a profile; the current one becomes another that is left. */
export function forgetProfile(name: string): void {
  const all = readProfiles()
  const { [name]: _, ...profiles } = all.profiles
  const current = all.current === name ? (Object.keys(profiles)[0] ?? 'default') : all.current
  write({ current, profiles })
}

/** Written beside the old one and put in its place, so that a power cut leaves one or the other. */
function write(all: Profiles): void {
  mkdirSync(dirname(PROFILES_FILE), { recursive: true, mode: 0o700 })
  const fresh = `${PROFILES_FILE}.${process.pid}`
  writeFileSync(fresh, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 })
  chmodSync(fresh, 0o600)
  renameSync(fresh, PROFILES_FILE)
}
