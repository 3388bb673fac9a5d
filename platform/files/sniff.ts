/** How many bytes of the beginning are looked at. */
export const HEAD_BYTES = 4_096

const text = (bytes: Uint8Array, from: number, to: number) =>
  Buffer.from(bytes.subarray(from, to)).toString('latin1')

const hex = (bytes: Uint8Array, from: number, to: number) =>
  Buffer.from(bytes.subarray(from, to)).toString('hex')

const SIGNATURES: readonly (readonly [string, (head: Uint8Array) => boolean])[] = [
  ['image/png', head => text(head, 0, 8) === '\x89PNG\r\n\x1a\n'],
  ['image/jpeg', head => head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff],
  ['image/gif', head => /^GIF8[79]a/.test(text(head, 0, 6))],
  ['image/webp', head => text(head, 0, 4) === 'RIFF' && text(head, 8, 12) === 'WEBP'],
  ['application/pdf', head => text(head, 0, 5) === '%PDF-'],
  ['application/zip', head => text(head, 0, 2) === 'PK' && /^(0304|0506|0708)$/.test(hex(head, 2, 4))],
  ['application/gzip', head => head[0] === 0x1f && head[1] === 0x8b],
  ['image/heic', head => /^ftyp(heic|heix|mif1|msf1)$/.test(text(head, 4, 12))],
  ['application/x-ole-storage', head => hex(head, 0, 8) === 'd0cf11e0a1b11ae1'],
]

/** What office files are, which are archives by their first bytes. The name is believed where archives and storages are all alike. */
const OFFICE: Readonly<Record<string, string>> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
}

/** The same for those of before 2007, which are all one kind of storage by their first bytes. */
const OLD_OFFICE: Readonly<Record<string, string>> = {
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint',
}

/**
 * The media type that the first bytes speak for. Texts are `text/plain`, also when they are HTML, SVG or a program: nothing is ever
 * given a type that a browser would run.
 */
export function typeOf(head: Uint8Array, name: string): string {
  const found = SIGNATURES.find(([, matches]) => matches(head))?.[0]
  const ending = name.split('.').at(-1)?.toLowerCase() ?? ''
  if (found === 'application/zip') return OFFICE[ending] ?? found
  if (found === 'application/x-ole-storage') return OLD_OFFICE[ending] ?? 'application/octet-stream'
  if (found) return found
  return isText(head) ? 'text/plain' : 'application/octet-stream'
}

/** Whether the bytes are UTF-8 without control characters; the last character may be cut. */
function isText(head: Uint8Array): boolean {
  try {
    const read = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
    return !/[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(read)
  } catch {
    return false
  }
}

/** What a browser may show by itself. */
const SHOWN: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'application/pdf',
])

/** Whether a file of this type may be shown in place of being saved. */
export function mayBeShown(type: string): boolean {
  return SHOWN.has(type)
}
