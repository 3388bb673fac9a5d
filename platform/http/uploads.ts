import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Kit } from '../context.ts'
import { AppError } from '../errors.ts'
import { fileErrors } from '../files/errors.ts'
import { discardIncoming, type ReceivedFile, receiveFile, removePlaced, tooLarge } from '../files/store.ts'
import type { IncomingBody } from './handlers.ts'

/** A sender who is silent for so long is gone. */
const SILENCE_MAX_MS = 30_000
/** How long somebody may go on sending what was refused before the line is cut. */
const REFUSED_MS = 10_000

/** Refuses a file that says itself, before it comes, that it is empty or too large. */
export function refuseByLength({ config }: Kit, length: string | undefined): void {
  if (length === undefined) return
  if (Number(length) === 0) throw fileErrors.empty()
  if (Number(length) > config.fileBytesMax) throw tooLarge(config.fileBytesMax)
}

/** Takes in the file that is the body. */
export function receiveBody({ config }: Kit, request: FastifyRequest): Promise<ReceivedFile> {
  return receiveFile(config.dataDir, chunksOf(request), config.fileBytesMax)
}

/** The body of a request for whoever reads it while it comes. */
export function incomingOf(request: FastifyRequest): IncomingBody {
  const length = Number(request.headers['content-length'] ?? Number.NaN)
  return {
    contentType: request.headers['content-type'] ?? '',
    length: Number.isInteger(length) ? length : undefined,
    chunks: () => chunksOf(request),
  }
}

async function* chunksOf(request: FastifyRequest): AsyncGenerator<Uint8Array> {
  if (!(request.body instanceof Readable)) return
  const { socket } = request.raw
  const cut = () => request.raw.destroy()
  socket.setTimeout(SILENCE_MAX_MS, cut)
  try {
    // What is too long is refused in words, so the line has to stay open for them.
    yield* request.body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>
  } finally {
    socket.setTimeout(0, cut)
  }
}

/**
 * An answer that comes before its request has ended is lost on many senders when the line is cut at once. So what is left of a
 * refused file is read and forgotten, up to once more the largest file, and then the line is cut.
 */
export function forgetUnread(scope: FastifyInstance, bytesMax: number): void {
  scope.addHook('onSend', (request, reply, _payload, done) => {
    const source = request.raw
    if (!source.readableEnded && !source.destroyed) {
      reply.header('connection', 'close')
      let left = bytesMax
      const cut = setTimeout(() => source.destroy(), REFUSED_MS)
      source.on('close', () => clearTimeout(cut))
      source.on('data', (chunk: Uint8Array) => {
        left -= chunk.length
        if (left < 0) source.destroy()
      })
    }
    done()
  })
}

/** Does with a file that came in what `work` does, and leaves nothing of it behind when that is refused. */
export async function withReceived<T>(
  { config: { dataDir } }: Kit,
  orgId: string,
  file: ReceivedFile,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    // After a refusal no row names the bytes. Where it is not known whether the commit came through, they stay for the sweep.
    if (error instanceof AppError) await removePlaced(dataDir, orgId, [file.id])
    throw error
  } finally {
    await discardIncoming(dataDir, file.id)
  }
}
