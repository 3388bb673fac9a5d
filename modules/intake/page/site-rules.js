/**
 * Whether pages of an origin are among the allowed hosts: `www.example.com`, `localhost:3000` or `*.example.com`, which is
 * every host below it. As browsers read `frame-ancestors`: no port is the usual one, and where we are reached by https
 * nobody is welcome without. The server decides by this, and the page in a frame whom it talks to.
 */
export function isWelcome(allowedHosts, origin, own) {
  if (!URL.canParse(origin)) return false
  const site = new URL(origin)
  if (site.origin !== origin) return false
  if (site.protocol !== 'https:' && !(site.protocol === 'http:' && own.startsWith('http:'))) return false
  return allowedHosts.some(host =>
    host.startsWith('*.') ? site.host.endsWith(host.slice(1)) : site.host === host,
  )
}
