import { isIP, type Socket, connect as tcpConnect } from 'node:net'
import { type TLSSocket, connect as tlsConnect } from 'node:tls'
import { codeOf, EgressError } from './errors.ts'
import { forbiddenAddress } from './target.ts'

/** Opens a TCP connection to an address. */
export type Dial = (to: { readonly host: string; readonly port: number }) => Socket

/** The ordinary way to open a connection. */
export const dialTcp: Dial = to => tcpConnect(to)

/** One checked place to connect to. */
export type Endpoint = {
  /** The name asked for: what the certificate must be for. */
  readonly host: string
  readonly address: string
  readonly port: number
  readonly secure: boolean
  readonly timeoutMs: number
  readonly dial: Dial
  /** Whether the address a connection really ended at is one that was checked. */
  readonly accepts: (remoteAddress: string) => boolean
  /** Certificate authorities to trust; the usual ones when undefined. */
  readonly ca: readonly string[] | undefined
}

/**
 * Opens a connection to the checked address itself, never to the name, so that no second look-up can
 * lead elsewhere. Where it ended is verified before the first byte, TLS included. Throws `EgressError`.
 */
export async function connect(endpoint: Endpoint): Promise<Socket> {
  const expires = performance.now() + endpoint.timeoutMs
  const socket = endpoint.dial({ host: endpoint.address, port: endpoint.port })
  await ready(socket, 'connect', endpoint, expires)
  if (!socket.remoteAddress || !endpoint.accepts(socket.remoteAddress)) {
    socket.destroy()
    throw forbiddenAddress(endpoint.host)
  }
  socket.setNoDelay(true).setKeepAlive(true, 60_000)
  if (!endpoint.secure) return socket
  const secured = secure(socket, endpoint)
  await ready(secured, 'secureConnect', endpoint, expires)
  return secured
}

function secure(socket: Socket, endpoint: Endpoint): TLSSocket {
  return tlsConnect({
    socket,
    host: endpoint.host,
    // An address is no server name (RFC 6066, 3); its certificate is checked against `host` instead.
    servername: isIP(endpoint.host) === 0 ? endpoint.host : '',
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.2',
    // Said outright, because an environment variable could otherwise turn the check off.
    rejectUnauthorized: true,
    ...(endpoint.ca ? { ca: [...endpoint.ca] } : {}),
  })
}

/** Waits until a socket is connected or secured; otherwise destroys it and throws what the person should read. */
function ready(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  endpoint: Endpoint,
  expires: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(undefined, 'timeout'), Math.max(0, expires - performance.now()))
    const fail = (cause: unknown, code: 'timeout' | 'connect' | 'tls') => {
      finish()
      socket.on('error', () => {})
      socket.destroy()
      reject(new EgressError(code, failureText(code, endpoint, cause), { cause }))
    }
    const onError = (cause: Error) => {
      fail(cause, event === 'secureConnect' ? 'tls' : codeOf(cause) === 'ETIMEDOUT' ? 'timeout' : 'connect')
    }
    const onClose = () => onError(new Error('closed'))
    const onReady = () => {
      finish()
      resolve()
    }
    const finish = () => {
      clearTimeout(timer)
      socket.off('error', onError).off('close', onClose).off(event, onReady)
    }
    socket.on('error', onError).on('close', onClose).on(event, onReady)
  })
}

function failureText(code: 'timeout' | 'connect' | 'tls', endpoint: Endpoint, cause: unknown): string {
  const place = `${endpoint.host}, port ${endpoint.port}`
  if (code === 'timeout') return `No connection to ${place} within ${endpoint.timeoutMs / 1000} seconds.`
  if (code === 'connect') return `No connection to ${place} could be made.`
  return certificateText(endpoint.host, codeOf(cause))
}

function certificateText(host: string, code: string): string {
  if (code === 'CERT_HAS_EXPIRED') return `The certificate of ${host} has expired.`
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `The certificate of ${host} is for another host.`
  if (/SELF_SIGNED|UNABLE_TO|CERT_UNTRUSTED/.test(code)) {
    return `The certificate of ${host} is not issued by a trusted authority.`
  }
  if (/^CERT|^ERR_TLS_CERT/.test(code)) return `The certificate of ${host} is not valid.`
  return `No secure connection to ${host} could be made.`
}
