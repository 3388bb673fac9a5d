import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Stands between a client and PostgreSQL and drops every notification, as a pooler in transaction mode does. */
export interface DeafPooler {
  url: string
  close(): Promise<void>
}

const NOTIFICATION = 'A'.charCodeAt(0)
/** One byte says what a message is, four how long the rest is. */
const HEAD_BYTES = 5

/** Starts one in front of the server of `url`, which must not ask for TLS. */
export async function startDeafPooler(url: string): Promise<DeafPooler> {
  const target = new URL(url)
  const open = new Set<Socket>()
  const server = createServer(client => {
    const database = connect(Number(target.port), target.hostname)
    for (const socket of [client, database]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        open.delete(socket)
        client.destroy()
        database.destroy()
      })
    }
    client.pipe(database)
    let rest = Buffer.alloc(0)
    database.on('data', (data: Buffer) => {
      rest = Buffer.concat([rest, data])
      while (rest.length >= HEAD_BYTES) {
        const size = 1 + rest.readUInt32BE(1)
        if (rest.length < size) break
        if (rest[0] !== NOTIFICATION) client.write(rest.subarray(0, size))
        rest = rest.subarray(size)
      }
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  target.hostname = '127.0.0.1'
  target.port = String((server.address() as AddressInfo).port)
  return {
    url: target.toString(),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}
