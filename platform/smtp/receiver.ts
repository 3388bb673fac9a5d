import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'

/** Says to the sending server why not: 4yz asks it to try again later, 5yz is for good (RFC 5321, 4.2.1). */
export class SmtpRefusal extends Error {
  readonly responseCode: number
  /** `text` begins with the enhanced code of RFC 3463, for example `5.1.1`. */
  constructor(responseCode: number, text: string) {
    super(text)
    this.responseCode = responseCode
  }
}

/** A message that is being handed over, before it is known whether it arrives whole. */
export interface IncomingMail<R> {
  /** Empty for a message about a message. */
  readonly from: string
  readonly recipients: readonly R[]
  readonly clientAddress: string
}

export interface SmtpReceiverOptions<R> {
  readonly host: string
  readonly port: number
  /** What the server calls itself. */
  readonly name: string
  /** Announced to senders, and held. */
  readonly bytesMax: number
  /** PEM files for STARTTLS; they are read again every hour, so that a renewed certificate is used. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined
  /** Whether a sender may begin a message. Throws `SmtpRefusal`. */
  readonly admitSender: (clientAddress: string) => void
  /** Who is meant by an address. Throws `SmtpRefusal`. */
  readonly admitRecipient: (address: string, clientAddress: string, before: readonly R[]) => Promise<R>
  /**
   * Takes a message. Only when this resolves is the sender told that it arrived. Throws `SmtpRefusal`; whatever else it throws asks
   * the sender to try again.
   */
  readonly take: (mail: IncomingMail<R>, content: AsyncIterable<Uint8Array>) => Promise<void>
  readonly onError: (error: Error) => void
}

export interface SmtpReceiver {
  readonly port: number
  /** Takes no more connections, and ends those that are open within two seconds. */
  close(): Promise<void>
}

const CLIENTS_MAX = 100
const CLIENTS_OF_ADDRESS_MAX = 20
const SILENCE_MS = 60_000
/** However slowly it is sent, a message is over by then. */
const MESSAGE_MS = 600_000
const CLOSE_MS = 2_000
const RENEW_MS = 3_600_000

const busy = () => new SmtpRefusal(451, '4.3.0 The message cannot be kept just now. Please try again later.')

/**
 * Receives e-mail. It knows nobody's password and passes nothing on: recipients are those that `admitRecipient` knows. Rejects when the
 * port is taken or a certificate cannot be read.
 */
export async function startSmtpReceiver<R>(options: SmtpReceiverOptions<R>): Promise<SmtpReceiver> {
  const { tls } = options
  const recipients = new WeakMap<SMTPServerSession['envelope'], R[]>()
  const clients = new Map<string, number>()
  const count = (address: string, by: 1 | -1) => {
    const now = (clients.get(address) ?? 0) + by
    if (now <= 0) clients.delete(address)
    else clients.set(address, now)
    return now
  }
  const counted = new WeakSet<SMTPServerSession>()
  const server = new SMTPServer({
    name: options.name,
    banner: 'ready',
    size: options.bytesMax,
    rejectOversized: true,
    // Nobody signs in here; without a certificate of ours the library would offer one that everybody has.
    disabledCommands: tls ? ['AUTH'] : ['AUTH', 'STARTTLS'],
    ...(tls ? readTls(tls) : {}),
    authOptional: true,
    disableReverseLookup: true,
    maxClients: CLIENTS_MAX,
    socketTimeout: SILENCE_MS,
    closeTimeout: CLOSE_MS,
    logger: false,
    onConnect(session, done) {
      counted.add(session)
      if (count(session.remoteAddress, 1) <= CLIENTS_OF_ADDRESS_MAX) done()
      else done(new SmtpRefusal(421, '4.7.0 Too many connections. Please try again later.'))
    },
    onClose(session) {
      if (counted.delete(session)) count(session.remoteAddress, -1)
    },
    onMailFrom(_address, session, done) {
      answer(done, () => options.admitSender(session.remoteAddress))
    },
    onRcptTo({ address }, session, done) {
      const before = recipients.get(session.envelope) ?? []
      answer(done, async () => {
        const recipient = await options.admitRecipient(address, session.remoteAddress, before)
        recipients.set(session.envelope, [...before, recipient])
      })
    },
    onData(stream, session, done) {
      const { mailFrom } = session.envelope
      const mail = {
        from: mailFrom === false ? '' : mailFrom.address,
        recipients: recipients.get(session.envelope) ?? [],
        clientAddress: session.remoteAddress,
      }
      const timer = setTimeout(() => stream.destroy(new Error('The message took too long.')), MESSAGE_MS)
      stream.once('close', () => clearTimeout(timer))
      answer(done, () => options.take(mail, whole(stream)), 'Thank you')
    },
  })
  // A client that breaks off is no failure of ours; whoever listens decides what is worth a word.
  server.on('error', options.onError)
  const renewal = tls && setInterval(() => renew(server, tls, options.onError), RENEW_MS).unref()
  await listening(server, options)
  return {
    port: (server.server.address() as AddressInfo).port,
    async close() {
      clearInterval(renewal)
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

/** The content to its end. It throws when the sender breaks off or sends more than was said, so that no part passes for the whole. */
async function* whole(stream: SMTPServerDataStream): AsyncGenerator<Uint8Array> {
  // A reader that gives up leaves the rest to the server, which reads it before it answers.
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array
  if (stream.sizeExceeded) throw new SmtpRefusal(552, '5.3.4 The message is too large.')
}

type Done = (error?: Error | null, message?: string) => void

function answer(done: Done, work: () => Promise<void> | void, thanks?: string): void {
  Promise.resolve()
    .then(work)
    .then(
      () => done(null, thanks),
      error => done(error instanceof SmtpRefusal ? error : busy()),
    )
}

function readTls({ certFile, keyFile }: { certFile: string; keyFile: string }) {
  return { cert: readFileSync(certFile), key: readFileSync(keyFile), minVersion: 'TLSv1.2' as const }
}

function renew(
  server: SMTPServer,
  tls: { certFile: string; keyFile: string },
  onError: (error: Error) => void,
): void {
  try {
    server.updateSecureContext(readTls(tls))
  } catch (error) {
    onError(error as Error)
  }
}

function listening(server: SMTPServer, { port, host }: { port: number; host: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(port, host, () => {
      server.server.off('error', reject)
      resolve()
    })
  })
}
