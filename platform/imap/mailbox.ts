import { isIP } from 'node:net'
import { ImapFlow } from 'imapflow'
import type { Egress } from '../egress/egress.ts'
import { EgressError } from '../egress/errors.ts'

/** Where a mailbox is and how its server lets somebody in. */
export interface ImapPlace {
  readonly host: string
  readonly port: number
  /** `off` only for hosts that the operator allowed by name: the password goes over the line as it is. */
  readonly security: 'tls' | 'starttls' | 'off'
  readonly username: string
  readonly password: string
  readonly folder: string
}

/** Why a mailbox cannot be read, in one sentence for people. */
export class ImapError extends Error {}

/** A folder that is open to be read. Nothing in it is changed, not even that a message was seen. */
export interface ImapMailbox {
  /** Numbers of messages mean something as long as this stays the same (RFC 9051, 2.3.1.1). */
  readonly uidValidity: bigint
  /** The number that the next message will have, at least. */
  readonly uidNext: number
  /** The numbers of messages behind a number, in their order. */
  after(uid: number): Promise<number[]>
  /** The numbers of messages that came in since a day, in their order. */
  since(day: Date): Promise<number[]>
  /** The size of a message in bytes; null for one that is gone. */
  sizeOf(uid: number): Promise<number | null>
  /** A message as it came, or its headers alone; null for one that is gone. */
  read(uid: number, part: 'whole' | 'headers'): Promise<Uint8Array | null>
  close(): Promise<void>
}

const CONNECT_MS = 15_000
const SILENCE_MS = 60_000
const MESSAGE_BYTES_MAX = 110 * 1_048_576

/** Opens a folder of a mailbox. The host is checked as every host that an organization names. Throws `ImapError`. */
export async function openImapMailbox(
  egress: Egress,
  place: ImapPlace,
  signal?: AbortSignal,
): Promise<ImapMailbox> {
  const { client, opened } = await enter(egress, place, signal)
  const stop = () => client.close()
  signal?.addEventListener('abort', stop, { once: true })
  const asked = <T>(work: () => Promise<T>): Promise<T> =>
    work().catch(error => {
      throw sayable(error, place)
    })
  const numbers = (found: unknown) =>
    Array.isArray(found) ? (found as number[]).toSorted((a, b) => a - b) : []
  return {
    uidValidity: opened.uidValidity,
    uidNext: opened.uidNext,
    // `n:*` names the last message also when its number is below n.
    after: uid =>
      asked(async () =>
        numbers(await client.search({ uid: `${uid + 1}:*` }, { uid: true })).filter(each => each > uid),
      ),
    since: day => asked(async () => numbers(await client.search({ since: day }, { uid: true }))),
    sizeOf: uid =>
      asked(async () => {
        const found = await client.fetchOne(String(uid), { uid: true, size: true }, { uid: true })
        return found ? (found.size ?? 0) : null
      }),
    read: (uid, part) =>
      asked(async () => {
        const query = part === 'whole' ? { source: true } : { headers: true }
        const found = await client.fetchOne(String(uid), { uid: true, ...query }, { uid: true })
        return (found && (part === 'whole' ? found.source : found.headers)) || null
      }),
    async close() {
      signal?.removeEventListener('abort', stop)
      await client.logout().catch(() => client.close())
    },
  }
}

async function enter(egress: Egress, place: ImapPlace, signal?: AbortSignal) {
  const { host, port, security, username, password, folder } = place
  const client = await connectTo()
  const stop = () => client.close()
  signal?.addEventListener('abort', stop, { once: true })
  try {
    await client.connect()
    const opened = await client.mailboxOpen(folder, { readOnly: true })
    return { client, opened }
  } catch (error) {
    client.close()
    throw sayable(error, place)
  } finally {
    signal?.removeEventListener('abort', stop)
  }

  async function connectTo(): Promise<ImapFlow> {
    const checked = await egress.checkHost(host, port).catch(error => {
      throw sayable(error, place)
    })
    const made = new ImapFlow({
      // The address that was checked and no other; the certificate is for the name.
      host: checked.address,
      port,
      // An address is no name that could be asked for; its certificate is for the address.
      ...(isIP(checked.host) === 0 ? { servername: checked.host } : {}),
      secure: security === 'tls',
      doSTARTTLS: security === 'starttls',
      auth: { user: username, pass: password },
      tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true },
      logger: false,
      disableAutoIdle: true,
      disableCompression: true,
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      maxLiteralSize: MESSAGE_BYTES_MAX,
    })
    // What breaks off is told by whatever is waited for.
    made.on('error', () => {})
    return made
  }
}

interface Failure {
  readonly message?: string
  readonly code?: string
  readonly authenticationFailed?: boolean
  readonly mailboxMissing?: boolean
  readonly serverResponseCode?: string
  readonly responseStatus?: string
}

/** What went wrong, without the server's own words: they may say anything. */
function sayable(error: unknown, { host, port, folder, security }: ImapPlace): ImapError {
  if (error instanceof ImapError) return error
  if (error instanceof EgressError) return new ImapError(error.message, { cause: error })
  const failure = error as Failure
  // A server that waits for TLS from the first byte on says nothing to anybody else.
  if (failure.code === 'GREETING_TIMEOUT' && security !== 'tls') {
    const words = `${host}, port ${port} did not say anything. It may want to be spoken to in tls.`
    return new ImapError(words, { cause: error })
  }
  return new ImapError(wordsFor(failure, `${host}, port ${port}`, folder), { cause: error })
}

function wordsFor(failure: Failure, place: string, folder: string): string {
  const { code = '', message = '' } = failure
  if (failure.authenticationFailed) return 'The server refused the name or the password.'
  if (failure.mailboxMissing || failure.serverResponseCode === 'NONEXISTENT')
    return `There is no folder called ${folder}.`
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(code))
    return `The certificate of ${place} is not valid.`
  if (/STARTTLS|ETLS|SSL|wrong version number/i.test(`${code} ${message}`))
    return `${place} offers no secure connection of this kind.`
  if (/TIMEOUT/i.test(code)) return `${place} did not answer in time.`
  if (failure.responseStatus === 'NO' || failure.responseStatus === 'BAD')
    return `${place} does not let the folder ${folder} be read.`
  return `No connection to ${place} could be made, or it broke off.`
}
