import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'

/** The encodings a file may have; a byte order mark is recognized and is no part of the text. */
export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const
export type Encoding = (typeof ENCODINGS)[number]

const MARKS: readonly (readonly [Encoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]
const HEAD_BYTES = 8192
/** In text of Western languages in UTF-16 every other byte is 0; in any other encoding nearly none is. */
const ZEROS_MIN = 0.3

/** What a file is when it is no text at all. */
export type ForeignFile = 'spreadsheet' | 'archive' | 'document'

/** What the first bytes of a file that is no CSV say; null for one that may be. */
export function foreignFile(head: Uint8Array): ForeignFile | null {
  const begins = (...bytes: number[]) => bytes.every((byte, at) => head[at] === byte)
  // A workbook of Excel is a ZIP archive with these names near its beginning.
  if (begins(0x50, 0x4b, 3, 4)) {
    const text = Buffer.from(head).toString('latin1')
    return /xl\/|\[Content_Types\]|mimetypeapplication\/vnd\.oasis/.test(text) ? 'spreadsheet' : 'archive'
  }
  if (begins(0xd0, 0xcf, 0x11, 0xe0)) return 'spreadsheet'
  if (begins(0x1f, 0x8b) || begins(0x42, 0x5a, 0x68) || begins(0x37, 0x7a, 0xbc, 0xaf)) return 'archive'
  return begins(0x25, 0x50, 0x44, 0x46) ? 'document' : null
}

/** How long the byte order mark of a text in this encoding is. */
export function markLength(head: Uint8Array, encoding: Encoding): number {
  const mark = MARKS.find(([name]) => name === encoding)?.[1] ?? []
  return mark.every((byte, at) => head[at] === byte) ? mark.length : 0
}

/** The first bytes of a file. */
export async function readHead(path: string, length = HEAD_BYTES): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/**
 * The encoding of a file: what its mark says; UTF-16 by its zeros; UTF-8 when all of it is; otherwise Windows-1252, which
 * any bytes are.
 */
export async function detectEncoding(path: string): Promise<Encoding> {
  const head = await readHead(path)
  for (const [encoding] of MARKS) if (markLength(head, encoding) > 0) return encoding
  const share = (from: number) => {
    let zeros = 0
    for (let at = from; at < head.length; at += 2) if (head[at] === 0) zeros++
    return zeros / Math.max(1, head.length / 2)
  }
  if (share(1) > ZEROS_MIN && share(1) > share(0)) return 'utf-16le'
  if (share(0) > ZEROS_MIN) return 'utf-16be'
  return (await isUtf8(path)) ? 'utf-8' : 'windows-1252'
}

async function isUtf8(path: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const bytes of createReadStream(path, { highWaterMark: 1 << 18 }))
      decoder.decode(bytes as Buffer, { stream: true })
    decoder.decode()
    return true
  } catch {
    return false
  }
}

/** The text of bytes; what is not in the encoding becomes U+FFFD. For the beginning of a file. */
export function decodeHead(head: Uint8Array, encoding: Encoding): string {
  return new TextDecoder(encoding).decode(head, { stream: true })
}
