import { generalErrors } from '#platform/errors.ts'

/** The zones this runtime computes with; it leaves out the one that has no place. */
const ZONES: ReadonlySet<string> = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])

/**
 * The name of a time zone as the runtime spells it, also for an old name of it such as Asia/Calcutta. Throws
 * `request.invalid` for anything that is no zone of the IANA database, offsets included.
 */
export function checkTimeZone(name: string): string {
  if (ZONES.has(name)) return name
  const known = canonicalZone(name)
  if (known !== undefined && ZONES.has(known)) return known
  throw refused('/timeZone', 'Choose a time zone such as Europe/Paris.')
}

function canonicalZone(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return undefined
  }
}

/** A language tag as it is spelled. Throws `request.invalid` for what is no tag or no language the runtime knows. */
export function checkLanguage(tag: string): string {
  try {
    const [canonical] = Intl.DateTimeFormat.supportedLocalesOf([tag])
    if (canonical !== undefined && !canonical.includes('-u-') && !canonical.includes('-x-')) return canonical
  } catch {
    // What is no tag at all is refused like a language that nobody knows.
  }
  throw refused('/language', 'Choose a language such as en or fr-CA.')
}

function refused(pointer: string, message: string) {
  return generalErrors.invalid({ errors: [{ in: 'body', pointer, code: 'invalid', message }] })
}
