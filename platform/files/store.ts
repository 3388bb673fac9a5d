/** Files in the data folder: where they lie, how they come in and go out. What they are called and whose they are is in `files.files`. */

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../errors.ts'
import { isId, newId } from '../ids.ts'
import { fileErrors } from './errors.ts'
import { HEAD_BYTES } from './sniff.ts'

const INCOMING = 'incoming'

/** What came in and is not kept yet. */
export interface ReceivedFile {
  readonly id: string
  readonly size: number
  readonly sha256: string
  /** The first bytes, which tell what it is. */
  readonly head: Uint8Array
}

const rootOf = (dataDir: string) => join(dataDir, 'files')
const incomingPath = (dataDir: string, id: string) => join(rootOf(dataDir), INCOMING, id)
const folderOf = (dataDir: string, orgId: string, id: string) => join(rootOf(dataDir), orgId, id.slice(-2))

/** Where a file lies once it is kept. Both ids are checked, since they name a path. */
function pathOf(dataDir: string, orgId: string, id: string): string {
  if (!isId(orgId) || !isId(id)) throw new Error('Only ids name files.')
  return join(folderOf(dataDir, orgId, id), id)
}

/**
 * Takes a file in, chunk by chunk, to where nobody looks for it. It is on the disk when this resolves; when it throws nothing is
 * left of it. Throws `files.empty`, `files.too_large` and `files.interrupted`.
 */
export async function receiveFile(
  dataDir: string,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  bytesMax: number,
): Promise<ReceivedFile> {
  const id = newId()
  const path = incomingPath(dataDir, id)
  await mkdir(join(rootOf(dataDir), INCOMING), { recursive: true, mode: 0o700 })
  const file = await open(path, 'wx', 0o600)
  try {
    const hash = createHash('sha256')
    const heads: Uint8Array[] = []
    let size = 0
    for await (const chunk of source) {
      if (size < HEAD_BYTES) heads.push(chunk.slice(0, HEAD_BYTES - size))
      size += chunk.length
      if (size > bytesMax) throw tooLarge(bytesMax)
      hash.update(chunk)
      await file.appendFile(chunk)
    }
    if (size === 0) throw fileErrors.empty()
    await file.sync()
    await file.close()
    return { id, size, sha256: hash.digest('hex'), head: Buffer.concat(heads) }
  } catch (error) {
    await file.close().catch(() => {})
    await rm(path, { force: true })
    throw error instanceof AppError ? error : fileErrors.interrupted({ cause: error })
  }
}

/** The error of a file beyond the limit, which it names. */
export function tooLarge(bytesMax: number): AppError {
  const most = Math.floor(bytesMax / 1_048_576)
  return fileErrors.too_large({ detail: `Nothing was kept. A file can have ${most} MB.` })
}

/** Moves a file that came in to its place, at once or not at all. Doing it again does nothing. */
export async function placeFile(dataDir: string, orgId: string, id: string): Promise<void> {
  const path = pathOf(dataDir, orgId, id)
  const folder = folderOf(dataDir, orgId, id)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await rename(incomingPath(dataDir, id), path).catch(async error => {
    if (!(await exists(path))) throw error
  })
  // The name is in the folder after a power cut only when the folder itself was written out.
  const handle = await open(folder)
  await handle.sync().finally(() => handle.close())
}

/** The bytes of a file that came in and is not kept yet. */
export async function* readIncoming(dataDir: string, id: string): AsyncGenerator<Uint8Array> {
  if (!isId(id)) throw new Error('Only ids name files.')
  yield* createReadStream(incomingPath(dataDir, id)) as AsyncIterable<Uint8Array>
}

/** Forgets a file that came in and was not kept. */
export async function discardIncoming(dataDir: string, id: string): Promise<void> {
  await rm(incomingPath(dataDir, id), { force: true })
}

/** Takes the bytes of files away. */
export async function removePlaced(dataDir: string, orgId: string, ids: readonly string[]): Promise<void> {
  for (const id of ids) await rm(pathOf(dataDir, orgId, id), { force: true })
}

/** Takes all files of an organization away. */
export async function removeFolder(dataDir: string, orgId: string): Promise<void> {
  if (!isId(orgId)) throw new Error('Only ids name files.')
  await rm(join(rootOf(dataDir), orgId), { recursive: true, force: true })
}

/**
 * A kept file as a stream that is checked against its hash. The last piece is held back until the hash is known: a file that is not
 * what it was never arrives whole. Throws `files.damaged` when it is not there, or not as long as it was.
 */
export async function readPlaced(
  dataDir: string,
  orgId: string,
  { id, size, sha256 }: { id: string; size: number; sha256: string },
): Promise<ReadableStream<Uint8Array>> {
  const path = pathOf(dataDir, orgId, id)
  const found = await stat(path).catch(() => null)
  if (found?.size !== size) throw fileErrors.damaged()
  return ReadableStream.from(checked(path, sha256))
}

/** The file is opened by whoever begins to read, so that one that is never read is not left open. */
async function* checked(path: string, sha256: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let held: Uint8Array | undefined
  for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
    hash.update(chunk)
    if (held) yield held
    held = chunk
  }
  if (hash.digest('hex') !== sha256) throw fileErrors.damaged()
  if (held) yield held
}

/** A file in the folder and how old it is. */
export interface LyingFile {
  readonly orgId: string
  readonly id: string
  readonly ageMs: number
}

/** Everything that lies in the folder of kept files, organization by organization. */
export async function* lyingFiles(dataDir: string): AsyncGenerator<readonly LyingFile[]> {
  const root = rootOf(dataDir)
  for (const orgId of (await readdir(root).catch(() => [])).filter(isId)) {
    for (const shard of await readdir(join(root, orgId)).catch(() => [])) {
      const folder = join(root, orgId, shard)
      const ids = (await readdir(folder).catch(() => [])).filter(isId)
      const files = await Promise.all(
        ids.map(async id => ({ orgId, id, ageMs: await ageOf(join(folder, id)) })),
      )
      if (files.length > 0) yield files
    }
  }
}

/** Takes away what came in so long ago that whoever brought it is gone. Returns how many that were. */
export async function removeStale(dataDir: string, olderThanMs: number): Promise<number> {
  const folder = join(rootOf(dataDir), INCOMING)
  let gone = 0
  for (const name of await readdir(folder).catch(() => [])) {
    if ((await ageOf(join(folder, name))) < olderThanMs) continue
    await rm(join(folder, name), { force: true })
    gone += 1
  }
  return gone
}

async function ageOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => null)
  return found ? Date.now() - found.mtimeMs : 0
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null
}
