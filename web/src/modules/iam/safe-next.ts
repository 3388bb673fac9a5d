/**
 * Where to go after signing in, when it is a path of this app; undefined for everything that a browser could
 * read as another site: "//elsewhere", "/\elsewhere", "https:", and paths with control characters in them.
 */
export function safeNext(next: unknown): string | undefined {
  if (typeof next !== 'string' || !/^\/(?![/\\])/.test(next)) return undefined
  // Browsers drop tabs and line breaks from addresses, which can turn a path into "//elsewhere".
  return /\p{Cc}/u.test(next) ? undefined : next
}
