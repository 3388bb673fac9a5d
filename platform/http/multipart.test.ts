import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AppError } from '../errors.ts'
import { isMultipart, readMultipart, readValue } from './multipart.ts'

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

interface Read {
  name: string
  fileName: string | null
  bytes: Buffer
}

async function read(contentType: string, bytes: Uint8Array, size = 7): Promise<Read[]> {
  const parts: Read[] = []
  for await (const { name, fileName, chunks } of readMultipart(contentType, inPieces(bytes, size))) {
    parts.push({ name, fileName, bytes: Buffer.concat(await Array.fromAsync(chunks)) })
  }
  return parts
}

async function encoded(form: FormData): Promise<{ type: string; bytes: Uint8Array }> {
  const response = new Response(form)
  return {
    type: response.headers.get('content-type') ?? '',
    bytes: new Uint8Array(await response.arrayBuffer()),
  }
}

const TYPE = 'multipart/form-data; boundary=xyz'
const body = (...lines: string[]) => Buffer.from(lines.join('\r\n'))
const refused = (work: Promise<unknown>) =>
  assert.rejects(work, (error: unknown) => error instanceof AppError && error.code === 'request.malformed')

describe('forms with files', () => {
  it('are read as browsers write them, in pieces of any size', async () => {
    const form = new FormData()
    form.set('name', 'Zoë "Q" Ω\r\nline')
    form.append('odd "name"\n', 'x')
    const tricky = Buffer.from('\r\n--x\r\n--xy\r\n\r\n--\0\xff', 'latin1')
    form.append('cv', new Blob([tricky]), 'my "cv"\r\n.pdf')
    form.append('cv', new Blob([]), '')
    form.append('empty', '')
    const { type, bytes } = await encoded(form)
    for (const size of [1, 2, 3, 5, 64, 1_000_000]) {
      const [name, odd, cv, none, empty] = await read(type, bytes, size)
      assert.equal(name?.bytes.toString(), 'Zoë "Q" Ω\r\nline')
      assert.equal(odd?.name, 'odd "name"\r\n')
      assert.deepEqual([cv?.fileName, cv?.bytes.equals(tricky)], ['my "cv"\r\n.pdf', true])
      assert.deepEqual([none?.name, none?.bytes.length], ['cv', 0])
      assert.deepEqual([empty?.fileName, empty?.bytes.length], [null, 0])
    }
  })

  it('come out the same for random bytes cut at random places', async () => {
    let seed = 7
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
      return seed % below
    }
    for (let round = 0; round < 200; round++) {
      const content = Buffer.from(
        Array.from({ length: random(80) }, () => '\r\n-xyz\0'.charCodeAt(random(7))),
      )
      if (content.includes('\r\n--xyz')) continue
      const head = body('--xyz', 'Content-Disposition: form-data; name="f"; filename="a"', '', '')
      const bytes = Buffer.concat([head, content, Buffer.from('\r\n--xyz--\r\n')])
      const [part] = await read(TYPE, bytes, 1 + random(20))
      assert.ok(part?.bytes.equals(content), JSON.stringify(content.toString('latin1')))
    }
  })

  it('that are none, end in the middle or go on without end are refused', async () => {
    const head = 'Content-Disposition: form-data; name="f"'
    await refused(read('multipart/form-data', body('')))
    await refused(read(TYPE, body('')))
    await refused(read(TYPE, body('--xyz')))
    await refused(read(TYPE, body('--xyz', head)))
    await refused(read(TYPE, body('--xyz', head, '', 'text')))
    await refused(read(TYPE, body('--xyz', 'Content-Type: text/plain', '', 'text', '--xyz--')))
    await refused(read(TYPE, body('--xyz', `X: ${'x'.repeat(20_000)}`, '', '', '--xyz--')))
    await refused(read(TYPE, body('x'.repeat(40_000), '--xyz--')))
    await refused(read(TYPE, body('--xyzz', head, '', 'text', '--xyz--')))
    const many = Array.from({ length: 501 }, () => ['--xyz', head, '', 'x']).flat()
    await refused(read(TYPE, body(...many, '--xyz--')))
    assert.deepEqual(await read(TYPE, body('--xyz--')), [])
  })

  it('give values up to a length, in UTF-8', async () => {
    const value = async (bytes: Uint8Array, max: number) => {
      for await (const part of readMultipart(TYPE, inPieces(bytes, 9))) return readValue(part, max)
      return null
    }
    const head = body('--xyz', 'Content-Disposition: form-data; name="f"', '', '')
    const of = (bytes: Buffer) => Buffer.concat([head, bytes, Buffer.from('\r\n--xyz--')])
    assert.equal(await value(of(Buffer.from('é'.repeat(5))), 10), 'é'.repeat(5))
    await refused(value(of(Buffer.from('é'.repeat(6))), 10))
    await refused(value(of(Buffer.from([0xff])), 10))
  })

  it('are passed over where nobody reads them', async () => {
    const names: string[] = []
    const form = new FormData()
    form.append('big', new Blob(['x'.repeat(100_000)]), 'big')
    form.append('small', 'x')
    const { type, bytes } = await encoded(form)
    for await (const { name } of readMultipart(type, inPieces(bytes, 1_000))) names.push(name)
    assert.deepEqual(names, ['big', 'small'])
  })

  it('are told by their content type', () => {
    for (const type of [
      TYPE,
      'multipart/form-data; charset=utf-8; boundary="a b"',
      'Multipart/Form-Data;boundary=x',
    ])
      assert.ok(isMultipart(type), type)
    for (const type of [
      '',
      'multipart/mixed; boundary=x',
      'multipart/form-data',
      'multipart/form-data; boundary=',
    ])
      assert.ok(!isMultipart(type), type)
  })
})
