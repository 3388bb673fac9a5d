import { generalErrors } from '../errors.ts'

/** A value or a file of a form that a browser sent. */
export interface Part {
  readonly name: string
  /** What the file is called there; null for a value. A file control without a file is called ''. */
  readonly fileName: string | null
  /** To be read before the next part is asked for; what is left is passed over. */
  readonly chunks: AsyncIterable<Uint8Array>
}

const PARTS_MAX = 500
const HEADERS_BYTES_MAX = 16_384
/** What stands before the first part is nothing to anybody. */
const PREAMBLE_BYTES_MAX = 16_384
const BOUNDARY = /^multipart\/form-data *;(?:.*;)? *boundary=(?:"([^"\r\n]{1,70})"|([^\s";,]{1,70}))/i
const LINE_END = Buffer.from('\r\n')
const HEADERS_END = Buffer.from('\r\n\r\n')

const malformed = (detail: string) => generalErrors.malformed({ detail })

/** Whether a content type is one that `readMultipart` reads. */
export function isMultipart(contentType: string): boolean {
  return BOUNDARY.test(contentType)
}

/**
 * The parts of a form as they come (RFC 7578): nothing is held but what a boundary may begin in. Throws `request.malformed` for what is
 * no such form or ends in the middle.
 */
export async function* readMultipart(
  contentType: string,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Part> {
  const found = BOUNDARY.exec(contentType)
  const boundary = found?.[1] ?? found?.[2]
  if (boundary === undefined) throw malformed('The content type names no boundary.')
  const reader = readerOf(source)
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  await reader.skipPast(delimiter)
  for (let count = 0; await reader.isAnotherPart(); count++) {
    if (count >= PARTS_MAX) throw malformed(`The form has more than ${PARTS_MAX} parts.`)
    const headers = await reader.readTo(HEADERS_END, HEADERS_BYTES_MAX)
    const chunks = reader.until(delimiter)
    yield { ...dispositionOf(headers), chunks }
    for await (const _ of chunks) {
      // Whoever has not read to the end does not want it.
    }
  }
}

/** A value of a form as text of at most so many bytes. Throws `request.malformed` for a longer one and for no UTF-8. */
export async function readValue({ name, chunks }: Part, bytesMax: number): Promise<string> {
  const read: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > bytesMax) throw malformed(`The value of ${name} is too long.`)
    read.push(chunk)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(read))
  } catch {
    throw malformed(`The value of ${name} is no text in UTF-8.`)
  }
}

function dispositionOf(headers: Buffer): Pick<Part, 'name' | 'fileName'> {
  const lines = headers.toString('utf8').split('\r\n')
  const line = lines.find(each => /^content-disposition *:/i.test(each)) ?? ''
  const given = new Map<string, string>()
  for (const [, key = '', text = ''] of line.matchAll(/; *(name|filename)="([^"]*)"/gi)) {
    given.set(key.toLowerCase(), unescaped(text))
  }
  const name = given.get('name')
  if (name === undefined || !/^content-disposition *: *form-data *;/i.test(line)) {
    throw malformed('A part of the form has no name.')
  }
  return { name, fileName: given.get('filename') ?? null }
}

/** As browsers write what would end the name. */
function unescaped(text: string): string {
  return text.replaceAll(/%(22|0D|0A)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

function readerOf(source: AsyncIterable<Uint8Array>) {
  const incoming = source[Symbol.asyncIterator]()
  // A boundary begins with a line break, and the first one stands at the very beginning.
  let held: Buffer = LINE_END

  async function pull(): Promise<void> {
    const next = await incoming.next()
    if (next.done) throw malformed('The form ends in the middle.')
    held = held.length === 0 ? Buffer.from(next.value) : Buffer.concat([held, next.value])
  }

  async function readTo(mark: Buffer, bytesMax: number): Promise<Buffer> {
    for (;;) {
      const at = held.indexOf(mark)
      if (at > bytesMax || (at < 0 && held.length > bytesMax + mark.length)) {
        throw malformed('What stands before a part of the form is too long.')
      }
      if (at >= 0) {
        const read = held.subarray(0, at)
        held = held.subarray(at + mark.length)
        return read
      }
      await pull()
    }
  }

  async function* until(mark: Buffer): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = held.indexOf(mark)
      if (at >= 0) {
        const rest = held.subarray(0, at)
        held = held.subarray(at + mark.length)
        if (rest.length > 0) yield rest
        return
      }
      // The mark may begin in the last bytes that are here.
      const sure = held.length - mark.length + 1
      if (sure > 0) {
        const chunk = held.subarray(0, sure)
        held = held.subarray(sure)
        yield chunk
      }
      await pull()
    }
  }

  return {
    readTo,
    /** Reads once, however often it is asked: what is left for a second reader is nothing. */
    until(mark: Buffer): AsyncIterable<Uint8Array> {
      const once = until(mark)
      return { [Symbol.asyncIterator]: () => ({ next: () => once.next() }) }
    },
    async skipPast(mark: Buffer): Promise<void> {
      await readTo(mark, PREAMBLE_BYTES_MAX)
    },
    /** Whether a part follows a boundary, or the end. */
    async isAnotherPart(): Promise<boolean> {
      while (held.length < 2) await pull()
      if (held.subarray(0, 2).toString('latin1') === '--') return false
      const padding = await readTo(LINE_END, 64)
      if (padding.toString('latin1').trim() !== '') throw malformed('A boundary of the form is broken.')
      // Headers begin a line, and there may be none.
      held = Buffer.concat([LINE_END, held])
      return true
    },
  }
}
