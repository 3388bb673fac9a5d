import { EventEmitter, once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server'

/**
 * Where a conversation stands: after connecting, at MAIL FROM, at RCPT TO, at the first bytes of the content,
 * and after the end of the data, before the answer to it.
 */
export type Stage = 'connect' | 'mail' | 'rcpt' | 'content' | 'answer'

/** What the server does at a stage instead of going on. */
export type Behaviour =
  /** Answers with this reply code. A negative one at `answer` means that the message was not taken. */
  | { reply: number; text?: string }
  /** Breaks the connection with a TCP reset. */
  | 'reset'
  /** Ends the connection in an orderly way, without a word. */
  | 'hang-up'
  /** Says nothing any more and keeps the connection open. */
  | 'silence'
  /** Goes on once the promise is settled. */
  | { after: Promise<unknown> }

/** A message the server took responsibility for, whether or not the client heard of it. */
export interface Received {
  from: string
  to: string[]
  /** The message as it was sent, dots unstuffed. */
  raw: Buffer
  user: string | undefined
  secure: boolean
}

export interface FakeSmtp {
  /** `smtp://127.0.0.1:port`. */
  url: string
  port: number
  received: Received[]
  /** How many connections were made. */
  connections(): number
  /** What happens at a stage from now on; `null` goes on as a good server does. */
  at(stage: Stage, behaviour: Behaviour | null): void
  /** Resolves when a conversation next reaches the stage. */
  reached(stage: Stage): Promise<void>
  /** Ends the connections that are open now, as a server does that was idle for too long. */
  hangUp(): void
  close(): Promise<void>
}

export interface FakeSmtpOptions {
  /** The one login that is accepted; without it, none is asked for. */
  login?: { user: string; password: string }
  /** Offers STARTTLS with a certificate nobody trusts. */
  startTls?: boolean
  /** The largest message it announces to take, in bytes. */
  sizeMax?: number
  /** Whether commands may be sent ahead (RFC 2920); on by default. */
  pipelining?: boolean
}

class Refusal extends Error {
  readonly responseCode: number
  constructor(responseCode: number, text: string) {
    super(text)
    this.responseCode = responseCode
  }
}

/** Which behaviour is asked for at which stage, and the sockets to act upon. */
class Script {
  readonly sockets = new Map<number, Socket>()
  readonly behaviours = new Map<Stage, Behaviour>()
  readonly stages = new EventEmitter()
  connections = 0

  /** Keeps a socket under the port the session will name. */
  follow(socket: Socket): void {
    this.connections++
    const port = socket.remotePort ?? 0
    this.sockets.set(port, socket)
    socket.on('error', () => {})
    socket.once('close', () => this.sockets.delete(port))
  }

  /** Does what was asked for at a stage; calls `go` when the conversation goes on. */
  act(stage: Stage, session: SMTPServerSession, go: (refusal?: Error) => void): void {
    const behaviour = this.behaviours.get(stage)
    this.stages.emit(stage)
    const socket = this.sockets.get(session.remotePort)
    if (behaviour === undefined) go()
    else if (behaviour === 'reset') socket?.resetAndDestroy()
    else if (behaviour === 'hang-up') socket?.end()
    else if (behaviour === 'silence') return
    else if ('after' in behaviour) behaviour.after.then(() => go(), go)
    else go(new Refusal(behaviour.reply, behaviour.text ?? 'as the test wishes'))
  }

  /** Whether the message is refused after its end; in every other case the server has it. */
  refusesMessage(): boolean {
    const behaviour = this.behaviours.get('answer')
    return typeof behaviour === 'object' && 'reply' in behaviour && behaviour.reply >= 400
  }
}

/** Reads the content of one message and decides about it. */
function takeContent(script: Script, received: Received[]): NonNullable<SMTPServerOptions['onData']> {
  return (stream, session, done) => {
    const chunks: Buffer[] = []
    let isBroken = false
    stream.on('data', chunk => {
      if (chunks.push(chunk) > 1) return
      script.act('content', session, refusal => {
        isBroken = refusal !== undefined
        if (refusal) done(refusal)
      })
    })
    stream.on('end', () => {
      if (isBroken) return
      const { mailFrom, rcptTo } = session.envelope
      if (!script.refusesMessage()) {
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(recipient => recipient.address),
          raw: Buffer.concat(chunks),
          user: session.user === undefined ? undefined : String(session.user),
          secure: session.secure,
        })
      }
      script.act('answer', session, refusal => done(refusal ?? null))
    })
  }
}

/** A real SMTP server on a free loopback port that can be told to misbehave. */
export async function startFakeSmtp(options: FakeSmtpOptions = {}): Promise<FakeSmtp> {
  const script = new Script()
  const received: Received[] = []
  const server = new SMTPServer({
    authOptional: options.login === undefined,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    hideSTARTTLS: options.startTls !== true,
    hidePIPELINING: options.pipelining === false,
    logger: false,
    ...(options.sizeMax === undefined ? {} : { size: options.sizeMax }),
    onAuth: (auth, _session, done) => {
      const isRight = auth.username === options.login?.user && auth.password === options.login?.password
      if (isRight && auth.username) done(null, { user: auth.username })
      else done(new Error('Wrong user or password'))
    },
    onConnect: (session, done) => script.act('connect', session, done),
    onMailFrom: (_address, session, done) => script.act('mail', session, done),
    onRcptTo: (_address, session, done) => script.act('rcpt', session, done),
    onData: takeContent(script, received),
  })
  server.on('error', () => {})
  server.server.on('connection', (socket: Socket) => script.follow(socket))
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo

  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    received,
    connections: () => script.connections,
    at: (stage, behaviour) => {
      if (behaviour === null) script.behaviours.delete(stage)
      else script.behaviours.set(stage, behaviour)
    },
    reached: async stage => {
      await once(script.stages, stage)
    },
    hangUp: () => {
      for (const socket of script.sockets.values()) socket.end()
    },
    close: async () => {
      for (const socket of script.sockets.values()) socket.destroy()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}
