/**
 * A web address as it is stored, with a scheme, such as `https://example.com`; null for what is none. Only what a browser opens over
 * HTTP: what stands here becomes a link.
 */
export function normalizeUrl(text: string): string | null {
  const typed = text.trim()
  if (typed === '' || /[\s<>"\\]/.test(typed)) return null
  const written =
    /^[a-z][a-z0-9+.-]*:/i.test(typed) && !/^[^/?#]+:\d/.test(typed) ? typed : `https://${typed}`
  const url = URL.parse(written)
  if (!url || !['http:', 'https:'].includes(url.protocol) || !/^[^.]+\..*[^.]$/.test(url.hostname))
    return null
  return written
}
