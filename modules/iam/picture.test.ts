import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32, deflateSync } from 'node:zlib'
import { Seeded } from '#platform/seeded.ts'
import { readPicture } from './picture.ts'

const HOSTILE = '<script>alert(document.domain)</script>'

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(8 + body.length)
  out.writeUInt32BE(data.length)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), 4 + body.length)
  return out
}

function png(width = 2, height = 2, extra: readonly Buffer[] = []): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width)
  head.writeUInt32BE(height, 4)
  head.set([8, 2], 8)
  const rows = Buffer.alloc((width * 3 + 1) * height)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    ...extra,
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const segment = (marker: number, data: Buffer) =>
  Buffer.concat([Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255]), data])

function jpeg(width = 3, height = 5, extra: readonly Buffer[] = []): Buffer {
  const frame = Buffer.from([8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0])
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1')),
    ...extra,
    segment(0xc0, frame),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    Buffer.from([0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56, 0xff, 0xd9]),
  ])
}

function webp(chunks: readonly [type: string, data: Buffer][]): Buffer {
  const body = Buffer.concat([
    Buffer.from('WEBP'),
    ...chunks.map(([type, data]) => {
      const head = Buffer.alloc(8)
      head.write(type, 'latin1')
      head.writeUInt32LE(data.length, 4)
      return Buffer.concat([head, data, Buffer.alloc(data.length % 2)])
    }),
  ])
  const head = Buffer.alloc(8)
  head.write('RIFF', 'latin1')
  head.writeUInt32LE(body.length, 4)
  return Buffer.concat([head, body])
}
const lossy = Buffer.from([0, 0, 0, 0x9d, 0x01, 0x2a, 7, 0, 9, 0, 1, 2, 3])
const lossless = Buffer.from([0x2f, 0x03, 0x40, 0x01, 0x00, 9])

test('pictures are known by what they are, with their size', () => {
  const found = [png(), jpeg(), webp([['VP8 ', lossy]]), webp([['VP8L', lossless]])].map(bytes => {
    const picture = readPicture(bytes)
    assert.ok(picture)
    assert.deepEqual(picture.bytes, bytes)
    return [picture.mediaType, picture.width, picture.height]
  })
  assert.deepEqual(found, [
    ['image/png', 2, 2],
    ['image/jpeg', 3, 5],
    ['image/webp', 7, 9],
    ['image/webp', 4, 6],
  ])
})

test('nothing is left of what a file holds besides its picture', () => {
  const text = Buffer.from(`Comment\0${HOSTILE}`, 'latin1')
  const announced = Buffer.from([0xff, 0, 0, 0, 6, 0, 0, 8, 0, 0])
  const files = [
    Buffer.concat([
      png(2, 2, [chunk('tEXt', text), chunk('iCCP', text), chunk('acTL', Buffer.alloc(8))]),
      text,
    ]),
    Buffer.concat([jpeg(3, 5, [segment(0xe1, text), segment(0xfe, text), segment(0xe2, text)]), text]),
    Buffer.concat([
      webp([
        ['VP8X', announced],
        ['ICCP', text],
        ['VP8 ', lossy],
        ['EXIF', text],
        ['XMP ', text],
      ]),
      text,
    ]),
  ]
  const clean = [
    png(),
    jpeg(),
    webp([
      ['VP8X', Buffer.from([0x10, 0, 0, 0, 6, 0, 0, 8, 0, 0])],
      ['VP8 ', lossy],
    ]),
  ]
  for (const [index, file] of files.entries()) {
    const picture = readPicture(file)
    assert.ok(picture)
    assert.ok(file.includes(HOSTILE) && !picture.bytes.includes(HOSTILE))
    assert.deepEqual(picture.bytes, clean[index])
  }
})

test('what is no picture is refused, whatever it begins with', () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
  for (const text of [
    '',
    svg,
    `<?xml version="1.0"?>${svg}`,
    'GIF89a',
    'BM',
    '%PDF-1.7',
    '\x89PNG',
    '\xff\xd8\xff',
  ]) {
    assert.equal(readPicture(Buffer.from(text, 'latin1')), null, text)
  }
  const broken = png()
  broken[40] = (broken[40] ?? 0) ^ 1
  const withoutData = Buffer.concat([png().subarray(0, 33), chunk('IEND', Buffer.alloc(0))])
  const moving = webp([
    ['ANIM', Buffer.alloc(6)],
    ['VP8 ', lossy],
  ])
  const huge = [png(2049, 1), jpeg(1, 4000), png(0, 3)]
  for (const bytes of [broken, withoutData, moving, webp([]), ...huge]) assert.equal(readPicture(bytes), null)
})

test('a file that is cut off or damaged anywhere is refused or read, and never breaks the reader', () => {
  const seeded = new Seeded(4)
  for (const whole of [png(), jpeg(), webp([['VP8 ', lossy]])]) {
    for (let length = 0; length < whole.length; length++) readPicture(whole.subarray(0, length))
    for (let n = 0; n < 2_000; n++) {
      const damaged = Buffer.from(whole)
      for (let at = 0; at < 3; at++) damaged[seeded.whole(8, whole.length - 1)] = seeded.whole(0, 255)
      const picture = readPicture(damaged)
      assert.ok(picture === null || picture.bytes.length <= whole.length)
    }
  }
})
