import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import type { Kit } from '../context.ts'
import { AppError } from '../errors.ts'
import { discardIncoming, type ReceivedFile, receiveFile, removePlaced, tooLarge } from '../files/store.ts'

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Takes in the file that is the body. One that says itself that it is too large is refused before it comes. */
export async function receiveBody({ config }: Kit, request: FastifyRequest): Promise<ReceivedFile> {
  if (Number(request.headers['content-length'] ?? 0) > config.fileBytesMax)
    throw tooLarge(config.fileBytesMax)
  const source = request.body instanceof Readable ? request.body : nothing()
  return receiveFile(config.dataDir, source, config.fileBytesMax)
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
