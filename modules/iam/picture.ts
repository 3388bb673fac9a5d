import { crc32 } from 'node:zlib'

/** Most pixels each way: more than any screen shows of a logo, and little to a decoder. */
const PIXELS_MAX = 2_048

/** A picture as it may be shown to anybody. */
export interface Picture {
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/webp'
  readonly width: number
  readonly height: number
  /** Put together anew from the parts that make the picture. */
  readonly bytes: Buffer
}

type Reader = (bytes: Buffer) => Picture | null

/**
 * Reads a PNG, JPEG or WebP picture and puts it together anew from what is needed to see it, so that what a file holds
 * besides, such as places, programs or a second file behind the first, is gone. Null for anything else: what it
 * is called and what its sender says it is do not matter. Animations and pictures over 2,048 pixels are refused.
 */
export function readPicture(bytes: Buffer): Picture | null {
  const read = readers.find(([mark, at]) => bytes.subarray(at, at + mark.length).equals(mark))?.[2]
  try {
    const picture = read?.(bytes) ?? null
    return picture && isSound(picture.width) && isSound(picture.height) ? picture : null
  } catch (error) {
    // Every read is checked by Buffer, so a file that ends too early is a RangeError.
    if (error instanceof RangeError) return null
    throw error
  }
}

function isSound(pixels: number): boolean {
  return pixels > 0 && pixels <= PIXELS_MAX
}

const PNG_MARK = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
const PNG_CHUNKS = new Set(['IHDR', 'PLTE', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'sBIT', 'IDAT', 'IEND'])

const readPng: Reader = bytes => {
  const parts: Buffer[] = [PNG_MARK]
  const seen = new Set<string>()
  for (let at = PNG_MARK.length; !seen.has('IEND'); ) {
    const length = bytes.readUInt32BE(at)
    const type = bytes.toString('latin1', at + 4, at + 8)
    const end = at + 12 + length
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return null
    if (!seen.has('IHDR') && type !== 'IHDR') return null
    seen.add(type)
    if (PNG_CHUNKS.has(type)) parts.push(bytes.subarray(at, end))
    at = end
  }
  if (!seen.has('IDAT')) return null
  return {
    mediaType: 'image/png',
    width: bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(20),
    bytes: Buffer.concat(parts),
  }
}

const JPEG_MARK = Buffer.from([0xff, 0xd8, 0xff])
// Baseline and progressive frames, tables, scans, and the two notes that say how the colors are meant.
const JPEG_FRAMES = new Set([0xc0, 0xc1, 0xc2])
const JPEG_KEPT = new Set([...JPEG_FRAMES, 0xc4, 0xdb, 0xdd, 0xda, 0xe0, 0xee])
const SCAN = 0xda
const END = 0xd9

const readJpeg: Reader = bytes => {
  const parts = [bytes.subarray(0, 2)]
  let size: { width: number; height: number } | undefined
  let hasScan = false
  for (let at = 2; ; ) {
    if (bytes.readUInt8(at) !== 0xff) return null
    const marker = bytes.readUInt8(at + 1)
    if (marker === END) break
    let end = at + 2 + bytes.readUInt16BE(at + 2)
    if (end > bytes.length) return null
    if (JPEG_FRAMES.has(marker))
      size = { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) }
    if (marker === SCAN) {
      hasScan = true
      end = endOfScan(bytes, end)
    }
    if (JPEG_KEPT.has(marker)) parts.push(bytes.subarray(at, end))
    at = end
  }
  if (!size || !hasScan) return null
  return {
    mediaType: 'image/jpeg',
    ...size,
    bytes: Buffer.concat([...parts, Buffer.from([0xff, END])]),
  }
}

/** Inside a scan FF is followed by 00 or by a restart; anything else is the next segment. */
function endOfScan(bytes: Buffer, from: number): number {
  for (let at = from; ; at++) {
    at = bytes.indexOf(0xff, at)
    if (at < 0) throw new RangeError('The scan does not end.')
    const next = bytes.readUInt8(at + 1)
    if (next !== 0 && (next < 0xd0 || next > 0xd7)) return at
  }
}

const WEBP_MARK = Buffer.from('WEBP', 'latin1')
const WEBP_CHUNKS = new Set(['VP8X', 'VP8 ', 'VP8L', 'ALPH'])
/** Of what a file announces in VP8X, only that it is transparent is still true afterwards. */
const ALPHA = 0x10

const readWebp: Reader = bytes => {
  const parts: Buffer[] = []
  let size: { width: number; height: number } | undefined
  const end = Math.min(bytes.length, 8 + bytes.readUInt32LE(4))
  for (let at = 12; at < end; ) {
    const type = bytes.toString('latin1', at, at + 4)
    const length = bytes.readUInt32LE(at + 4)
    const next = at + 8 + length + (length % 2)
    if (next > bytes.length || type === 'ANIM' || type === 'ANMF') return null
    if (WEBP_CHUNKS.has(type)) {
      const chunk = Buffer.from(bytes.subarray(at, next))
      if (type === 'VP8X') chunk.writeUInt8(chunk.readUInt8(8) & ALPHA, 8)
      parts.push(chunk)
      size ??= webpSize(type, chunk.subarray(8))
    }
    at = next
  }
  if (!size || parts.length === 0) return null
  const body = Buffer.concat([WEBP_MARK, ...parts])
  const head = Buffer.alloc(8)
  head.write('RIFF', 'latin1')
  head.writeUInt32LE(body.length, 4)
  return { mediaType: 'image/webp', ...size, bytes: Buffer.concat([head, body]) }
}

function webpSize(type: string, data: Buffer): { width: number; height: number } | undefined {
  if (type === 'VP8X') return { width: data.readUIntLE(4, 3) + 1, height: data.readUIntLE(7, 3) + 1 }
  if (type === 'VP8L' && data.readUInt8(0) === 0x2f) {
    const bits = data.readUInt32LE(1)
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
  }
  if (type === 'VP8 ' && data.readUIntBE(3, 3) === 0x9d012a) {
    return { width: data.readUInt16LE(6) & 0x3fff, height: data.readUInt16LE(8) & 0x3fff }
  }
  return undefined
}

const readers: readonly (readonly [mark: Buffer, at: number, read: Reader])[] = [
  [PNG_MARK, 0, readPng],
  [JPEG_MARK, 0, readJpeg],
  [WEBP_MARK, 8, readWebp],
]
