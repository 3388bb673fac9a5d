import { connect, type Socket } from 'node:net'
import type { Kit } from '../context.ts'
import type { Egress } from '../egress/egress.ts'
import { messageOf } from '../log.ts'

/** `none` where no scanner is set; `unreachable` where it has not said what it thinks. */
export type ScanResult = 'clean' | 'infected' | 'unreachable' | 'none'

const SILENCE_MS = 30_000
const CHUNK_BYTES = 65_536
const ANSWER_MAX = 4_096
/** What an HTTP scanner says of a file in which it has found something. */
const FOUND: readonly number[] = [406, 422]

/**
 * Has a file scanned by the scanner of the installation, as it is set: `clamd://host:port` or `clamd:///path/to/socket` speaks the
 * protocol of clamd, `https://…` is sent the bytes and answers 200, or 406 where it has found something. Never throws.
 */
export async function scanFile(
  kit: Pick<Kit, 'config' | 'egress' | 'log'>,
  chunks: AsyncIterable<Uint8Array>,
  { silenceMs = SILENCE_MS }: { readonly silenceMs?: number } = {},
): Promise<ScanResult> {
  const { fileScanner } = kit.config
  if (fileScanner === undefined) return 'none'
  const url = new URL(fileScanner)
  try {
    if (url.protocol === 'clamd:') return await askClamd(url, chunks, silenceMs)
    return await askOverHttp(kit.egress, url, chunks, silenceMs)
  } catch (error) {
    kit.log.warn({ error: messageOf(error) }, 'files.scanner_unreachable')
    return 'unreachable'
  }
}

async function askOverHttp(
  egress: Egress,
  url: URL,
  chunks: AsyncIterable<Uint8Array>,
  silenceMs: number,
): Promise<ScanResult> {
  const body = Buffer.concat(await Array.fromAsync(chunks))
  const headers = { 'content-type': 'application/octet-stream' }
  const { status } = await egress.request({
    url: url.href,
    method: 'POST',
    headers,
    body,
    timeoutMs: silenceMs,
    headersTimeoutMs: silenceMs,
  })
  if (FOUND.includes(status)) return 'infected'
  if (status === 200) return 'clean'
  throw new Error(`The scanner answered ${status}.`)
}

/** Source: clamd(8), INSTREAM: each chunk with its length before it in four bytes, and a length of nothing at the end. */
async function askClamd(url: URL, chunks: AsyncIterable<Uint8Array>, silenceMs: number): Promise<ScanResult> {
  const place =
    url.hostname === '' ? { path: url.pathname } : { host: url.hostname, port: Number(url.port || 3310) }
  const socket = connect(place)
  socket.setTimeout(silenceMs, () => socket.destroy(new Error('The scanner is silent.')))
  try {
    const answer = new Promise<string>((resolve, reject) => {
      let text = ''
      socket.setEncoding('latin1')
      socket.on('data', (piece: string) => {
        text = (text + piece).slice(0, ANSWER_MAX)
        if (text.includes('\0')) resolve(text)
      })
      socket.on('error', reject)
      socket.on('close', () => resolve(text))
    })
    // What fails while it is written comes out where the answer is waited for.
    answer.catch(() => {})
    await sendStream(socket, chunks).catch(async error => {
      // What it said before it hung up, or why nobody was there, tells more than that a line is broken.
      if (!socket.destroyed || (await answer) === '') throw error
    })
    const said = (await answer).replace(/\0[\s\S]*$/, '').trim()
    if (/ FOUND$/.test(said)) return 'infected'
    if (/: OK$/.test(said)) return 'clean'
    throw new Error(`The scanner said: ${said.slice(0, 200)}`)
  } finally {
    socket.destroy()
  }
}

async function sendStream(socket: Socket, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const write = (bytes: Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      socket.write(bytes, error => (error ? reject(error) : resolve()))
    })
  await write(Buffer.from('zINSTREAM\0'))
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += CHUNK_BYTES) {
      const piece = chunk.subarray(at, at + CHUNK_BYTES)
      await write(Buffer.concat([lengthOf(piece.length), piece]))
    }
  }
  await write(lengthOf(0))
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes)
  return length
}
