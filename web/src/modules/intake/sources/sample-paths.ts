/** A value in a delivery that a field can be filled in from. */
export interface SamplePath {
  readonly path: string
  /** The value as one line. */
  readonly value: string
}

const DEPTH_MAX = 8
const PATHS_MAX = 200
const NAME = /^[A-Za-z0-9_-]{1,64}$/

/** The paths of everything in a delivery that can be written as text, in its order. */
export function pathsIn(body: unknown): SamplePath[] {
  const found: SamplePath[] = []
  const walk = (value: unknown, path: readonly string[]) => {
    if (found.length >= PATHS_MAX || path.length > DEPTH_MAX) return
    if (typeof value === 'object' && value !== null) {
      const isTexts = Array.isArray(value) && value.length > 0 && value.every(isPlain)
      if (isTexts && path.length > 0) found.push({ path: path.join('.'), value: value.join(', ') })
      else {
        for (const [key, each] of Object.entries(value)) if (NAME.test(key)) walk(each, [...path, key])
      }
      return
    }
    // A path begins with a name.
    if (isPlain(value) && /^[A-Za-z_]/.test(path[0] ?? '')) {
      found.push({ path: path.join('.'), value: String(value) })
    }
  }
  walk(body, [])
  return found
}

function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  email: ['email', 'e_mail', 'mail', 'emailaddress'],
  name: ['name', 'fullname', 'full_name'],
  phone: ['phone', 'telephone', 'tel', 'mobile', 'phonenumber'],
}

/** The path that most likely holds what a field asks for, by the name of its last part or, for an address, by what stands there. */
export function guessPath(paths: readonly SamplePath[], key: string): string | null {
  const wanted = WORDS[key] ?? [key]
  const last = (path: string) => (path.split('.').at(-1) ?? '').toLowerCase().replaceAll('-', '_')
  const named = paths.find(({ path }) =>
    wanted.some(word => last(path) === word || last(path).replaceAll('_', '') === word.replaceAll('_', '')),
  )
  const looksLikeIt = key === 'email' ? paths.find(({ value }) => /^\S+@\S+\.\S+$/.test(value)) : undefined
  return (named ?? looksLikeIt)?.path ?? null
}
