import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

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

/** Starts the server on a free port. */
export async function startFakeImap(login = { user: 'leads', password: 'kettle' }): Promise<FakeImap> {
  let messages: Kept[] = []
  let next = 1
  let validity = 1
  const sockets = new Set<Socket>()
  const fake = { password: login.password, breakAt: 0, commands: [] as string[] }

  const answer = (socket: Socket, tag: string, command: string, rest: string) => {
    const say = (text: string | Buffer) => socket.write(text)
    const ok = (text = 'done') => say(`${tag} OK ${text}\r\n`)
    const name = command.toLowerCase()
    fake.commands.push(name === 'uid' ? `uid ${rest.split(' ')[0]?.toLowerCase()}` : name)
    if (name === 'capability') {
      say('* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n')
      ok()
    } else if (name === 'authenticate') {
      const [, given = ''] = rest.split(/\s+/, 2)
      const [, user, password] = Buffer.from(given, 'base64').toString().split('\0')
      if (user === login.user && password === fake.password) ok()
      else say(`${tag} NO [AUTHENTICATIONFAILED] no\r\n`)
    } else if (name === 'select' || name === 'examine') {
      if (!/inbox/i.test(rest)) {
        say(`${tag} NO [NONEXISTENT] no such folder\r\n`)
        return
      }
      say(
        `* FLAGS (\\Seen)\r\n* ${messages.length} EXISTS\r\n* OK [UIDVALIDITY ${validity}] ok\r\n* OK [UIDNEXT ${next}] ok\r\n`,
      )
      ok('[READ-ONLY] done')
    } else if (name === 'uid' && /^search/i.test(rest)) {
      const range = /uid (\d+):\*/i.exec(rest)
      const last = messages.at(-1)?.uid ?? 0
      const from = Math.min(Number(range?.[1] ?? 1), last)
      const found = messages.filter(({ uid }) => uid >= from)
      say(`* SEARCH${found.map(({ uid }) => ` ${uid}`).join('')}\r\n`)
      ok()
    } else if (name === 'uid' && /^fetch/i.test(rest)) {
      fetch(socket, tag, rest)
    } else if (name === 'list' || name === 'lsub') {
      if (/inbox|\*/i.test(rest)) say('* LIST (\\HasNoChildren) "/" INBOX\r\n')
      ok()
    } else if (name === 'logout') {
      say('* BYE\r\n')
      ok()
      socket.end()
    } else if (name === 'noop') ok()
    else say(`${tag} BAD not known\r\n`)
  }

  const fetch = (socket: Socket, tag: string, rest: string) => {
    const uid = Number(/^fetch (\d+)/i.exec(rest)?.[1])
    const at = messages.findIndex(message => message.uid === uid)
    const message = messages[at]
    if (message) {
      const headersEnd = message.raw.indexOf('\r\n\r\n')
      const isHeaders = /body\.peek\[header\]/i.test(rest)
      const isBody = /body\.peek\[\]/i.test(rest)
      if (isBody && fake.breakAt > 0 && --fake.breakAt === 0) {
        socket.destroy()
        return
      }
      const content = isHeaders ? message.raw.subarray(0, headersEnd + 4) : message.raw
      const size = /rfc822\.size/i.test(rest) ? ` RFC822.SIZE ${message.raw.length}` : ''
      const label = isHeaders ? 'BODY[HEADER]' : 'BODY[]'
      socket.write(`* ${at + 1} FETCH (UID ${uid}${size}`)
      if (isHeaders || isBody) {
        socket.write(` ${label} {${content.length}}\r\n`)
        socket.write(content)
      }
      socket.write(')\r\n')
    }
    socket.write(`${tag} OK done\r\n`)
  }

  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
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
        if (plain !== null) {
          answer(socket, plain, 'authenticate', `PLAIN ${text}`)
          plain = null
          continue
        }
        const [tag = '', command = '', ...rest] = text.split(' ')
        if (/^authenticate$/i.test(command) && rest.length === 1) {
          plain = tag
          socket.write('+ \r\n')
        } else answer(socket, tag, command, rest.join(' '))
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(fake, {
    port: (server.address() as AddressInfo).port,
    deliver(raw: string | Uint8Array) {
      const bytes = Buffer.from(Buffer.from(raw).toString('latin1').replaceAll(/\r?\n/g, '\r\n'), 'latin1')
      messages.push({ uid: next, raw: bytes })
      return next++
    },
    remove(uid: number) {
      messages = messages.filter(message => message.uid !== uid)
    },
    renumber() {
      validity++
      next = 1
      messages = messages.map(({ raw }) => ({ uid: next++, raw }))
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  })
}
