import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A scanner that speaks as clamd does, and finds something in what contains EICAR. */
export interface FakeClamd {
  readonly port: number
  /** It closes the line in the middle of what is longer, as clamd does. */
  bytesMax: number
  /** Closes the port and every connection. */
  stop(): Promise<void>
  /** Opens the same port again. */
  start(): Promise<void>
}

/** Answers one stream: chunks with their length before them, up to one of nothing (clamd(8), INSTREAM). */
function listen(socket: Socket, clamd: { bytesMax: number }): void {
  let bytes = Buffer.alloc(0)
  socket.on('error', () => {})
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    let at = 'zINSTREAM\0'.length
    const content: Buffer[] = []
    let total = 0
    while (bytes.length >= at + 4) {
      const length = bytes.readUInt32BE(at)
      total += length
      if (total > clamd.bytesMax) {
        socket.end('INSTREAM size limit exceeded. ERROR\0')
        return
      }
      if (length === 0) {
        const isBad = Buffer.concat(content).includes('EICAR')
        socket.end(isBad ? 'stream: Eicar-Signature FOUND\0' : 'stream: OK\0')
        return
      }
      if (bytes.length < at + 4 + length) return
      content.push(bytes.subarray(at + 4, at + 4 + length))
      at += 4 + length
    }
  })
}

/** Starts the scanner on a free port. */
export async function startFakeClamd(): Promise<FakeClamd> {
  const sockets = new Set<Socket>()
  const state = { bytesMax: Number.POSITIVE_INFINITY }
  const server = createServer(socket => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    listen(socket, state)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return Object.assign(state, {
    port,
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
    async start() {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
  })
}
