import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What a cut does to the COMMIT it waits for. */
export type Cut = 'before the server has it' | 'after the server has it'

interface CutOrder {
  readonly cut: Cut
  readonly where: RegExp
  readonly done: () => void
}

export interface CommitProxy {
  readonly port: number
  /**
   * Breaks one connection at the next COMMIT of a transaction that ran a statement like `where`; resolves once it
   * is broken. The client never hears whether the transaction was committed.
   */
  cutNextCommit(where: RegExp, cut: Cut): Promise<void>
  close(): Promise<void>
}

/** Stands between the processes and PostgreSQL, passes everything on, and breaks a connection when asked to. */
export async function startCommitProxy(serverPort: () => number): Promise<CommitProxy> {
  const orders: CutOrder[] = []
  const sockets = new Set<Socket>()
  const server = createServer(client => {
    const upstream = connect(serverPort(), '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.once('close', () => {
        sockets.delete(socket)
        client.destroy()
        if (socket === upstream || !isCut) upstream.destroy()
      })
    }
    let isCut = false
    const reader = new FrontendReader()
    client.on('data', (data: Buffer) => {
      const order = reader.read(data, text => orders.find(({ where }) => where.test(text)))
      if (order === undefined) {
        upstream.write(data)
        return
      }
      orders.splice(orders.indexOf(order), 1)
      isCut = true
      if (order.cut === 'after the server has it') {
        // The server's word for it is the proof that the commit is decided; it is read here and goes no further.
        let answer = ''
        upstream.on('data', (part: Buffer) => {
          answer = (answer + part.toString('latin1')).slice(-64 * 1024)
          if (/(COMMIT|ROLLBACK)\0/.test(answer)) upstream.destroy()
        })
        upstream.write(data)
      } else upstream.destroy()
      client.resetAndDestroy()
      order.done()
    })
    upstream.on('data', data => {
      if (!isCut) client.write(data)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    cutNextCommit: (where, cut) => new Promise(done => orders.push({ where, cut, done })),
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

const HEADER_BYTES = 5

/**
 * Follows what a client tells PostgreSQL (protocol 3.0, "Message Formats"): which statements belong to the open
 * transaction, and where it is committed.
 */
class FrontendReader {
  #rest = Buffer.alloc(0)
  #hasStarted = false
  /** Texts by statement name: a prepared statement is sent once and then only named. */
  readonly #prepared = new Map<string, string>()
  #transaction = ''

  /** Takes in some bytes; what `find` says of a transaction that is committed in them. */
  read(data: Buffer, find: (transaction: string) => CutOrder | undefined): CutOrder | undefined {
    this.#rest = Buffer.concat([this.#rest, data])
    for (;;) {
      const start = this.#hasStarted ? 1 : 0
      if (this.#rest.length < start + 4) return undefined
      const end = start + this.#rest.readUInt32BE(start)
      if (this.#rest.length < end) return undefined
      const message = this.#rest.subarray(0, end)
      this.#rest = this.#rest.subarray(end)
      const hasType = this.#hasStarted
      this.#hasStarted = true
      const committed = hasType ? this.#take(message) : undefined
      const found = committed === undefined ? undefined : find(committed)
      if (found !== undefined) return found
    }
  }

  /** The transaction that this message commits, if it does. */
  #take(message: Buffer): string | undefined {
    const type = String.fromCharCode(message[0] ?? 0)
    const body = message.subarray(HEADER_BYTES)
    if (type === 'P') {
      const [name = '', text = ''] = textsOf(body, 2)
      this.#prepared.set(name, text)
    } else if (type === 'B') {
      const [, name = ''] = textsOf(body, 2)
      this.#transaction += `${this.#prepared.get(name) ?? ''}\n`
    } else if (type === 'Q') {
      const [text = ''] = textsOf(body, 1)
      if (text === 'commit') return this.#transaction
      if (text.startsWith('begin') || text === 'rollback') this.#transaction = ''
    }
    return undefined
  }
}

/** The first texts of a message, each ended by a zero byte. */
function textsOf(body: Buffer, count: number): string[] {
  const texts: string[] = []
  for (let from = 0; texts.length < count; ) {
    const end = body.indexOf(0, from)
    if (end < 0) break
    texts.push(body.toString('utf8', from, end))
    from = end + 1
  }
  return texts
}
