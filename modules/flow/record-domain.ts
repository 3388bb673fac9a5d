const DOMAIN = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/

/** The domain in a web address or in a domain, without `www.`; null for anything else. */
export function domainOf(text: string): string | null {
  const trimmed = text.trim()
  if (trimmed === '' || /\s/.test(trimmed) || trimmed.includes('@')) return null
  const url = URL.parse(/^https?:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`)
  const host = url?.hostname.replace(/^www\./, '') ?? ''
  return host.length <= 253 && DOMAIN.test(host) ? host : null
}
