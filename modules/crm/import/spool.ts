import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Kit } from '#platform/context.ts'
import { isId, newId } from '#platform/ids.ts'
import { namedDelimiterLength } from './dialect.ts'
import { type Encoding, markLength, readHead } from './encoding.ts'

/** Which of the two kinds of files that lie in the data folder for a while. */
export type SpoolKind = 'imports' | 'exports'

/** Where a file lies: in a folder of its organization, under an id of ours, so that no name from outside becomes a path. */
export function spoolPath(kit: Kit, kind: SpoolKind, orgId: string, id: string): string {
  if (!isId(orgId) || !isId(id)) throw new Error('Files in the data folder are named by ids.')
  return join(kit.config.dataDir, kind, orgId, id)
}

/** Writes bytes at a place of a file and waits until they are on the disk. Writing the same ones again changes nothing. */
export async function writePart(path: string, offset: number, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const file = await open(path, offset === 0 ? 'w' : 'r+', 0o600)
  try {
    await file.write(bytes, 0, bytes.length, offset)
    await file.datasync()
  } finally {
    await file.close()
  }
}

/** How many bytes of a file there are; 0 for one that is not there. */
export async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0
}

/** SHA-256 of a file, in hex. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const bytes of createReadStream(path, { highWaterMark: 1 << 18 })) hash.update(bytes as Buffer)
  return hash.digest('hex')
}

/** The text of a file in UTF-8 and where it begins, behind its mark and behind the line that names a delimiter. */
export async function textOf(path: string, encoding: Encoding): Promise<{ path: string; start: number }> {
  if (encoding !== 'utf-8') {
    const text = `${path}.${encoding}`
    if ((await sizeOf(text)) === 0) await transcode(path, encoding, text)
    const head = Buffer.from(await readHead(text)).toString('utf8')
    return { path: text, start: namedDelimiterLength(head) }
  }
  const head = await readHead(path)
  const mark = markLength(head, encoding)
  return { path, start: mark + namedDelimiterLength(Buffer.from(head.subarray(mark)).toString('utf8')) }
}

/** Written beside and put in its place as a whole, so that a crash leaves none or all of it. */
async function transcode(from: string, encoding: Encoding, to: string): Promise<void> {
  const decoder = new TextDecoder(encoding)
  async function* decoded() {
    for await (const bytes of createReadStream(from, { highWaterMark: 1 << 18 }))
      yield decoder.decode(bytes as Buffer, { stream: true })
    yield decoder.decode()
  }
  const fresh = `${to}.${newId()}`
  await pipeline(Readable.from(decoded()), createWriteStream(fresh, { mode: 0o600 }))
  await rename(fresh, to)
}

/** Takes a file away with everything that was made of it. */
export async function removeSpooled(path: string): Promise<void> {
  const names = await readdir(dirname(path)).catch(() => [])
  const own = path.slice(dirname(path).length + 1)
  await Promise.all(
    names.filter(name => name.startsWith(own)).map(name => rm(join(dirname(path), name), { force: true })),
  )
}

/** The organizations that have files of a kind, and the files of one by their ids. */
export async function spooledOrganizations(kit: Kit, kind: SpoolKind): Promise<string[]> {
  return (await readdir(join(kit.config.dataDir, kind)).catch(() => [])).filter(isId)
}

export async function spooledIds(kit: Kit, kind: SpoolKind, orgId: string): Promise<string[]> {
  const names = await readdir(join(kit.config.dataDir, kind, orgId)).catch(() => [])
  return [...new Set(names.map(name => name.slice(0, 36)).filter(isId))]
}
