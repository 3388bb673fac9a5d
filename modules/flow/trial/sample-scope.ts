import { isPlainObject, type Json, type JsonObject, readPath } from '#platform/contract/plain-data.ts'
import { inputInRounds, type StepInput } from './lone-node.ts'

const TEXT_MAX = 2_000
const ITEMS_MAX = 20
const KEYS_MAX = 200
/** What is sent of a scope, roughly, in bytes of JSON. */
const BYTES_MAX = 192 * 1024

/** What templates and conditions of a step read, by first name, as the engine would put it together. */
export function scopeOfInput(given: StepInput, now: Date): Record<string, Json> {
  const { input, vars, outputs, rounds } = given
  const fields = readPath(input, ['lead', 'fields'])
  const members = inputInRounds(given)
  return {
    ...(isPlainObject(fields) ? (fields as JsonObject) : {}),
    ...members,
    trigger: input,
    vars,
    nodes: outputs,
    run: { id: NO_RUN, startedAt: now.toISOString() },
    now: now.toISOString(),
    ...(rounds.length === 0 ? {} : { loops: members.loops ?? {} }),
  }
}

const NO_RUN = '00000000-0000-0000-0000-000000000000'

/** The value with long texts, lists and objects cut, so that a browser can preview with it. */
export function cutScope(scope: Record<string, Json>): { scope: Record<string, Json>; isCut: boolean } {
  const cut = new Cut(BYTES_MAX)
  const shown = cut.of(scope) as Record<string, Json>
  return { scope: shown, isCut: cut.isCut }
}

class Cut {
  isCut = false
  #left: number

  constructor(bytes: number) {
    this.#left = bytes
  }

  of(value: Json): Json {
    if (this.#left <= 0) {
      this.isCut = true
      return null
    }
    if (typeof value === 'string') {
      this.#left -= Math.min(value.length, TEXT_MAX) + 2
      if (value.length > TEXT_MAX) this.isCut = true
      return value.slice(0, TEXT_MAX)
    }
    if (typeof value !== 'object' || value === null) {
      this.#left -= 5
      return value
    }
    if (Array.isArray(value)) {
      if (value.length > ITEMS_MAX) this.isCut = true
      return value.slice(0, ITEMS_MAX).map(item => this.of(item))
    }
    const entries = Object.entries(value)
    if (entries.length > KEYS_MAX) this.isCut = true
    return Object.fromEntries(
      entries.slice(0, KEYS_MAX).map(([key, member]) => {
        this.#left -= key.length + 4
        return [key, this.of(member)]
      }),
    )
  }
}
