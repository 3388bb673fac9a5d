import { folded, wordsOf } from './text-signs.ts'
import { functionWords } from './word-lists.ts'

const HASHES = 16
const ENTRIES_MAX = 3_000
const KEPT_MS = 7 * 24 * 3_600_000
/** Shorter texts are alike without anybody copying. */
const LENGTH_MIN = 40
const WORDS_MIN = 6
/** Of the 16 parts of a signature: about 60 % of word pairs the same. */
const ALIKE_MIN = 10
/** A pattern is compared when so much of it stands still. */
const PATTERN_MIN = 9
const PATTERN_ALIKE_MIN = 11
const SENTENCE_MIN = 4

/** Who sent a text, each as a number that stands for it. */
export interface Sender {
  readonly email: number
  readonly network: number
  readonly form: number
}

/** How many other senders the same text came from, or one like it. */
export interface Echo {
  readonly same: number
  readonly alike: number
  readonly pattern: number
  /** On how many forms it was seen, this one included. */
  readonly forms: number
}

/** Remembers the texts of late, by what they are made of and not what they say. */
export interface TextMemory {
  /** Compares a text with those that were seen, and remembers it. */
  see(text: string, sender: Sender, at: number): Echo
}

const NOTHING: Echo = { same: 0, alike: 0, pattern: 0, forms: 1 }

interface Seen extends Sender {
  readonly at: number
  readonly hash: number
  readonly words: Uint32Array
  readonly pattern: Uint32Array | null
  /** The pattern of each of its sentences. */
  readonly sentences: readonly number[]
}

/** Whether a text is long enough that two people would not write it by chance. */
export function isTelling(text: string): boolean {
  return text.length >= LENGTH_MIN && wordsOf(text).length >= WORDS_MIN
}

/** A memory of the last 3,000 texts of a week, of this process. */
export function createTextMemory(): TextMemory {
  let seen: Seen[] = []
  return {
    see(text, sender, at) {
      if (!isTelling(text)) return NOTHING
      const words = wordsOf(text)
      const pattern = patternOf(words)
      const entry: Seen = {
        ...sender,
        at,
        hash: numberOf(plain(text)),
        words: signatureOf(words, 2),
        pattern: pattern.length < PATTERN_MIN ? null : signatureOf(pattern, 3),
        sentences: sentencesOf(text),
      }
      const echo = echoOf(seen, entry)
      seen.push(entry)
      if (seen.length > ENTRIES_MAX * 1.2) seen = seen.slice(-ENTRIES_MAX)
      return echo
    },
  }
}

/** The same text with another name, number or link in it. */
export function plain(text: string): string {
  return folded(text.replace(/(?:https?:\/\/|www\.)\S+|\S+@\S+|[\d\p{P}\p{S}]+/gu, ' '))
}

function echoOf(seen: readonly Seen[], entry: Seen): Echo {
  const [same, alike, pattern] = [new Others(entry), new Others(entry), new Others(entry)]
  const forms = new Set([entry.form])
  const sentences = new Map(entry.sentences.map(sentence => [sentence, new Others(entry)]))
  for (const other of seen) {
    if (entry.at - other.at > KEPT_MS) continue
    for (const sentence of other.sentences) sentences.get(sentence)?.add(other)
    const isSame = other.hash === entry.hash
    const isAlike = isSame || equalParts(entry.words, other.words) >= ALIKE_MIN
    if (isSame) same.add(other)
    if (isAlike) {
      alike.add(other)
      forms.add(other.form)
    } else if (
      entry.pattern &&
      other.pattern &&
      equalParts(entry.pattern, other.pattern) >= PATTERN_ALIKE_MIN
    ) {
      pattern.add(other)
    }
  }
  // A text of several sentences, none of which is new in its kind, is put together from the same parts.
  const known = sentences.size < 2 ? 0 : Math.min(...[...sentences.values()].map(others => others.count()))
  return {
    same: same.count(),
    alike: alike.count(),
    pattern: Math.max(pattern.count(), known),
    forms: forms.size,
  }
}

function sentencesOf(text: string): number[] {
  const patterns = text.split(/[.!?\n]+/).map(sentence => patternOf(wordsOf(sentence)))
  return patterns
    .filter(pattern => pattern.length >= SENTENCE_MIN)
    .map(pattern => numberOf(pattern.join(' ')))
}

/** Senders other than this one. Whoever corrects a mistyped address sends from the same place, once or twice. */
class Others {
  readonly #self: Sender
  readonly #far = new Set<number>()
  readonly #near = new Set<number>()

  constructor(self: Sender) {
    this.#self = self
  }

  add(other: Sender): void {
    if (other.email === this.#self.email) return
    if (other.network === this.#self.network) this.#near.add(other.email)
    else this.#far.add(other.network)
  }

  count(): number {
    return this.#far.size + (this.#near.size < 3 ? 0 : this.#near.size)
  }
}

/** The words that hold sentences together, with a star for what stands between them. */
function patternOf(words: readonly string[]): string[] {
  const pattern = words.map(word => (functionWords.has(word) ? word : '*'))
  return pattern.filter((word, index) => word !== '*' || pattern[index - 1] !== '*')
}

/** The least value of each of 16 hashes over all runs of `length` words: alike texts have many of them in common. */
function signatureOf(words: readonly string[], length: number): Uint32Array {
  const signature = new Uint32Array(HASHES).fill(0xffff_ffff)
  for (let start = 0; start + length <= words.length; start++) {
    const base = numberOf(words.slice(start, start + length).join(' '))
    for (let index = 0; index < HASHES; index++) {
      const value = mixed(base ^ Math.imul(index + 1, 0x9e37_79b1))
      if (value < (signature[index] ?? 0)) signature[index] = value
    }
  }
  return signature
}

function equalParts(a: Uint32Array, b: Uint32Array): number {
  let equal = 0
  for (let index = 0; index < HASHES; index++) if (a[index] === b[index]) equal++
  return equal
}

/** A number of 32 bits for a text (FNV-1a, mixed). */
export function numberOf(text: string): number {
  let hash = 0x811c_9dc5
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193)
  }
  return mixed(hash)
}

function mixed(value: number): number {
  let hash = value
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
