/** What a key looks like; the server refuses any other. */
const KEY_MAX = 63
const RESERVED: ReadonlySet<string> = new Set(['constructor', 'prototype'])

/** A text as a key, "Team size (people)" as "team_size_people"; undefined when nothing of it can stand in one. */
export function keyOf(text: string): string | undefined {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+/, '')
    .slice(0, KEY_MAX)
    .replace(/_+$/, '')
  return plain === '' ? undefined : plain
}

/** A key that no other field has: the wished one, else with the first number that is free behind it. */
export function freeKey(wish: string, taken: ReadonlySet<string>): string {
  const isFree = (key: string) => !taken.has(key) && !RESERVED.has(key)
  if (isFree(wish)) return wish
  for (let number = 2; ; number++) {
    const end = `_${number}`
    const key = `${wish.slice(0, KEY_MAX - end.length)}${end}`
    if (isFree(key)) return key
  }
}
