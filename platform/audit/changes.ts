/** Names of what must never be stored in a log that cannot be changed afterwards. */
const SECRET_NAME =
  /password|passphrase|secret|token|credential|private_?key|api_?key|recovery_?code|authorization|cookie|hash|totp|otpauth/i
const HIDDEN = '[not recorded]'
const TEXT_MAX = 500
const ITEMS_MAX = 100
const RECORD_MAX = 16_000

type Fields = Readonly<Record<string, unknown>>

/**
 * What an entry keeps of a change, as canonical JSON texts (RFC 8785: members sorted, no spaces): the fields
 * that differ, or all when there is only one side. Values are cut to size, and those under the name of a secret
 * are replaced by a mark, which still shows that they changed.
 */
export function recordOfChange(
  before: object | null | undefined,
  after: object | null | undefined,
): { before: string | null; after: string | null } {
  const [old, now] = [plain(before), plain(after)]
  if (!old || !now) return { before: old && textOf(old), after: now && textOf(now) }
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])]
  const changed = names.filter(name => canonical(old[name]) !== canonical(now[name]))
  const only = (fields: Fields) =>
    Object.fromEntries(changed.filter(name => name in fields).map(name => [name, fields[name]]))
  return { before: textOf(only(old)), after: textOf(only(now)) }
}

/** The value as JSON has it, so that dates and the like compare by what is stored. */
function plain(value: object | null | undefined): Fields | null {
  return value ? (JSON.parse(JSON.stringify(value)) as Fields) : null
}

function textOf(fields: Fields): string {
  const text = canonical(shown(fields))
  if (text.length <= RECORD_MAX) return text
  // Which fields changed is worth more than the beginning of the first of them.
  return canonical(
    Object.fromEntries(
      Object.keys(fields)
        .slice(0, ITEMS_MAX)
        .map(name => [cutText(name), '[too large]']),
    ),
  )
}

function shown(value: unknown): unknown {
  if (typeof value === 'string') return cutText(value)
  if (Array.isArray(value)) return value.slice(0, ITEMS_MAX).map(shown)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      cutText(name),
      isHidden(name, inner) ? HIDDEN : shown(inner),
    ]),
  )
}

/** That a password is asked for is no secret; the password is. */
function isHidden(name: string, value: unknown): boolean {
  return SECRET_NAME.test(name) && value !== null && typeof value !== 'boolean'
}

/** PostgreSQL stores neither NUL nor halves of characters. */
function cutText(text: string): string {
  const whole = text.toWellFormed().replaceAll('\0', '')
  return whole.length <= TEXT_MAX ? whole : `${whole.slice(0, TEXT_MAX).toWellFormed()}…`
}

/** JSON with sorted members and without spaces; the same value always has the same text. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`)
  return `{${members.join(',')}}`
}
