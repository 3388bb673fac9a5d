import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

/** A server with one folder of one account, as far as IMAP4rev1 is needed to read it. */
export interface FakeImap {
  readonly port: number
  /** Puts a message into the folder; its number. */
  deliver(raw: string | Uint8Array): number
  /** Takes a message away. */
  remove(uid: number): void
  /** Makes the folder anew: the messages stay and have other numbers. */
  renumber(): void
  /** What is asked for from now on. */
  password: string
  /** Breaks the connection when a message is asked for the nth time from now on; 0 never does. */
  breakAt: number
  /** Takes a message away when it is asked for the nth time from now on, after its size was told; 0 never does. */
  vanishAt: number
  /** Commands that came in, in small letters, without what they were about. */
  readonly commands: string[]
  close(): Promise<void>
}

interface Kept {
  uid: number
  raw: Buffer
}

/** A command may hold literals, whose length is told before them (RFC 3501, 4.3). */
const LITERAL = /\{(\d+)\+?\}\r\n$/

/** The folder, and how its server answers. */
class Folder {
  messages: Kept[] = []
  next = 1
  validity = 1
  breakAt = 0
  vanishAt = 0
  password: string
  readonly commands: string[] = []
  readonly #user: string

  constructor(login: { user: string; password: string }) {
    this.#user = login.user
    this.password = login.password
  }

  answer(socket: Socket, tag: string, command: string, rest: string): void {
    const name = command.toLowerCase()
    this.commands.push(name === 'uid' ? `uid ${rest.split(' ')[0]?.toLowerCase()}` : name)
    const ok = (before: string, text = 'done') => socket.write(`${before}${tag} OK ${text}\r\n`)
    const no = (code: string) => socket.write(`${tag} NO [${code}] no\r\n`)
    if (name === 'capability') ok('* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n')
    else if (name === 'authenticate') {
      if (this.#lets(rest)) ok('')
      else no('AUTHENTICATIONFAILED')
    } else if (name === 'select' || name === 'examine') {
      if (/inbox/i.test(rest)) ok(this.#opened(), '[READ-ONLY] done')
      else no('NONEXISTENT')
    } else if (name === 'uid' && /^search/i.test(rest)) ok(this.#search(rest))
    else if (name === 'uid' && /^fetch/i.test(rest)) this.#fetch(socket, tag, rest)
    else if (name === 'list' || name === 'lsub')
      ok(/inbox|\*/i.test(rest) ? '* LIST (\\HasNoChildren) "/" INBOX\r\n' : '')
    else if (name === 'logout') {
      ok('* BYE\r\n')
      socket.end()
    } else if (name === 'noop') ok('')
    else socket.write(`${tag} BAD not known\r\n`)
  }

  #lets(rest: string): boolean {
    const [, given = ''] = rest.split(/\s+/, 2)
    const [, user, password] = Buffer.from(given, 'base64').toString().split('\0')
    return user === this.#user && password === this.password
  }

  #opened(): string {
    const { messages, validity, next } = this
    return `* FLAGS (\\Seen)\r\n* ${messages.length} EXISTS\r\n* OK [UIDVALIDITY ${validity}] ok\r\n* OK [UIDNEXT ${next}] ok\r\n`
  }

  #search(rest: string): string {
    const range = /uid (\d+):\*/i.exec(rest)
    const from = Math.min(Number(range?.[1] ?? 1), this.messages.at(-1)?.uid ?? 0)
    const found = this.messages.filter(({ uid }) => uid >= from)
    return `* SEARCH${found.map(({ uid }) => ` ${uid}`).join('')}\r\n`
  }

  #fetch(socket: Socket, tag: string, rest: string): void {
    const uid = Number(/^fetch (\d+)/i.exec(rest)?.[1])
    const at = this.messages.findIndex(message => message.uid === uid)
    const message = this.messages[at]
    if (message) {
      const isHeaders = /body\.peek\[header\]/i.test(rest)
      const isBody = /body\.peek\[\]/i.test(rest)
      if (isBody && this.breakAt > 0 && --this.breakAt === 0) {
        socket.destroy()
        return
      }
      if (isBody && this.vanishAt > 0 && --this.vanishAt === 0) {
        this.messages.splice(at, 1)
        socket.write(`* ${at + 1} EXPUNGE\r\n${tag} OK [EXPUNGEISSUED] some are gone\r\n`)
        return
      }
      const content = isHeaders ? message.raw.subarray(0, message.raw.indexOf('\r\n\r\n') + 4) : message.raw
      const size = /rfc822\.size/i.test(rest) ? ` RFC822.SIZE ${message.raw.length}` : ''
      socket.write(`* ${at + 1} FETCH (UID ${uid}${size}`)
      if (isHeaders || isBody) {
        socket.write(` ${isHeaders ? 'BODY[HEADER]' : 'BODY[]'} {${content.length}}\r\n`)
        socket.write(content)
      }
      socket.write(')\r\n')
    }
    socket.write(`${tag} OK done\r\n`)
  }
}

/** Reads commands off a line, with what is said to them in a line of its own. */
function converse(socket: Socket, folder: Folder): void {
  socket.write('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n')
  let waiting = ''
  let plain: string | null = null
  socket.on('data', data => {
    waiting += data.toString('latin1')
    for (;;) {
      const end = waiting.indexOf('\r\n')
      if (end < 0) return
      const line = waiting.slice(0, end + 2)
      if (LITERAL.test(line) && waiting.length === line.length) {
        socket.write('+ go on\r\n')
        return
      }
      waiting = waiting.slice(line.length)
      const text = line.trimEnd()
      const [tag = '', command = '', ...rest] = text.split(' ')
      if (plain !== null) {
        folder.answer(socket, plain, 'authenticate', `PLAIN ${text}`)
        plain = null
      } else if (/^authenticate$/i.test(command) && rest.length === 1) {
        plain = tag
        socket.write('+ \r\n')
      } else folder.answer(socket, tag, command, rest.join(' '))
    }
  })
}

/** Starts the server on a free port; with a certificate it speaks TLS from the first byte on. */
export async function startFakeImap(
  login = { user: 'leads', password: 'kettle' },
  certificate?: { readonly cert: string; readonly key: string },
): Promise<FakeImap> {
  const folder = new Folder(login)
  const sockets = new Set<Socket>()
  const begin = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
    converse(socket, folder)
  }
  const server = certificate ? createTlsServer(certificate, begin) : createServer(begin)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(folder, {
    port: (server.address() as AddressInfo).port,
    deliver(raw: string | Uint8Array) {
      const text = Buffer.from(raw).toString('latin1').replaceAll(/\r?\n/g, '\r\n')
      folder.messages.push({ uid: folder.next, raw: Buffer.from(text, 'latin1') })
      return folder.next++
    },
    remove(uid: number) {
      folder.messages = folder.messages.filter(message => message.uid !== uid)
    },
    renumber() {
      folder.validity++
      folder.next = 1
      folder.messages = folder.messages.map(({ raw }) => ({ uid: folder.next++, raw }))
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  })
}
