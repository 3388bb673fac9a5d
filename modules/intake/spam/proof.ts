import { createHash } from 'node:crypto'

/**
 * Sixteen small puzzles instead of a large one: the work is the same, and nobody is unlucky. Together they take 131,000
 * hashes on average, which a phone does within a second and a server checks with sixteen.
 */
const PUZZLES = 16
const ZERO_BITS = 13

/**
 * Whether a proof of work is right for the token of a page: sixteen numbers in base 36 with dots between, where the SHA-256
 * of `<token>.<place>.<number>` begins with 13 zero bits. A token is for one submission, so its proof is as well.
 */
export function isProof(token: string, proof: string): boolean {
  const numbers = proof.split('.')
  return numbers.length === PUZZLES && numbers.every((number, place) => isSolved(token, place, number))
}

function isSolved(token: string, place: number, number: string): boolean {
  if (!/^[0-9a-z]{1,12}$/.test(number)) return false
  const hash = createHash('sha256').update(`${token}.${place}.${number}`).digest()
  return hash.readUInt32BE(0) >>> (32 - ZERO_BITS) === 0
}
