/**
 * Encodes fields so that no two different lists give the same bytes: a 4-byte big-endian count, then
 * each field as a 4-byte big-endian length and its bytes. Without the lengths ('ab','c') and ('a','bc')
 * would authenticate each other. Strings are taken as UTF-8.
 */
export function encodeParts(parts: readonly (string | Uint8Array)[]): Buffer {
  const chunks: Buffer[] = [uint32(parts.length)]
  for (const part of parts) {
    const bytes = typeof part === 'string' ? utf8(part) : Buffer.from(part)
    chunks.push(uint32(bytes.length), bytes)
  }
  return Buffer.concat(chunks)
}

/**
 * UTF-8 bytes of a string. A lone surrogate has no UTF-8 form and would silently become U+FFFD, which
 * makes different strings equal, so it is refused with a TypeError.
 */
export function utf8(text: string): Buffer {
  if (!text.isWellFormed()) throw new TypeError('The text contains a lone surrogate and has no UTF-8 form.')
  return Buffer.from(text, 'utf8')
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
