/** How to reach and greet the installation's SMTP server, read from its URL. */
export interface SmtpSettings {
  readonly host: string
  readonly port: number
  /**
   * `implicit`: TLS from the first byte. `required`: STARTTLS or nothing. `offered`: STARTTLS when the server
   * offers it; its certificate must be valid. `off`: never.
   */
  readonly tls: 'implicit' | 'required' | 'offered' | 'off'
  readonly login: { readonly user: string; readonly password: string } | null
}

const TLS_WORDS = ['required', 'offered', 'off'] as const

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/**
 * Reads `smtps://user:password@host:465` or `smtp://user:password@host:587?tls=required`. Without `tls`, a
 * password never leaves this machine unencrypted, STARTTLS is used wherever it is offered, and a server on
 * this machine is spoken to in clear. Throws an Error that names what is wrong, without the password.
 */
export function readSmtpUrl(text: string): SmtpSettings {
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') || url.hostname === '') {
    throw new Error('SMTP_URL must be a URL like smtp://user:password@host:587.')
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const login =
    url.username === ''
      ? null
      : { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }
  const unknown = [...url.searchParams.keys()].find(key => key !== 'tls')
  if (unknown !== undefined) throw new Error(`SMTP_URL: the parameter ${unknown} is not known.`)
  const asked = url.searchParams.get('tls')
  if (url.protocol === 'smtps:') {
    if (asked !== null) throw new Error('SMTP_URL: tls belongs to smtp://; smtps:// always has it.')
    return { host, port: Number(url.port) || 465, tls: 'implicit', login }
  }
  const tls = asked === null ? defaultTls(host, login !== null) : TLS_WORDS.find(word => word === asked)
  if (tls === undefined) throw new Error(`SMTP_URL: tls must be one of ${TLS_WORDS.join(', ')}.`)
  return { host, port: Number(url.port) || 587, tls, login }
}

function defaultTls(host: string, hasPassword: boolean): SmtpSettings['tls'] {
  if (isLoopback(host)) return 'off'
  return hasPassword ? 'required' : 'offered'
}
