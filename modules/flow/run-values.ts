import { isPlainObject, type Json } from '#platform/contract/plain-data.ts'
import type { RunState } from './run-state.ts'

/** What is kept outside of a run's state: anything from this many characters of JSON on. */
export const VALUE_CHARACTERS_MIN = 8 * 1024

const REFERENCE = '$value'

export interface RunValue {
  key: string
  json: string
}

/** A state as it is written: itself, with references where long pieces were, and what to do with the pieces. */
export interface PackedState {
  json: string
  added: readonly RunValue[]
  /** Keys of pieces that are no longer part of the state. */
  gone: readonly string[]
  /** Whether there are or have been any. */
  hasValues: boolean
  /** What is stored once this is. */
  values: RunValues
}

/**
 * Keeps long outputs, items and results of one run out of its state, so that storing progress costs what is new and
 * not what is old. Knows what is stored by its identity: the engine never changes a piece in place.
 */
export class RunValues {
  static readonly none = new RunValues(new Map(), 0)
  readonly #keys: ReadonlyMap<Json, string>
  readonly #next: number

  constructor(keys: ReadonlyMap<Json, string>, next: number) {
    this.#keys = keys
    this.#next = next
  }

  /** Puts stored pieces back in place of their references. `stored` are all of the run's, by key. */
  static unpack(
    state: RunState,
    stored: Readonly<Record<string, Json>> | null,
  ): { state: RunState; values: RunValues } {
    if (stored === null) return { state, values: RunValues.none }
    const keys = Object.keys(stored)
    const next = Math.max(...keys.map(Number)) + 1
    return {
      state: mapPieces(state, piece => {
        const key = isPlainObject(piece) ? piece[REFERENCE] : undefined
        return typeof key === 'string' ? (stored[key] ?? null) : piece
      }),
      values: new RunValues(new Map(keys.map(key => [stored[key] ?? null, key])), next),
    }
  }

  pack(state: RunState): PackedState {
    const whole = JSON.stringify(state)
    if (this.#keys.size === 0 && whole.length < VALUE_CHARACTERS_MIN && !whole.includes(REFERENCE))
      return { json: whole, added: [], gone: [], hasValues: false, values: this }
    const keys = new Map<Json, string>()
    const added: RunValue[] = []
    const packed = mapPieces(state, piece => {
      if (typeof piece !== 'object' || piece === null) return piece
      let key = keys.get(piece) ?? this.#keys.get(piece)
      if (key === undefined) {
        const json = JSON.stringify(piece)
        // A piece that looks like a reference is kept outside as well, so that it is never taken for one.
        if (json.length < VALUE_CHARACTERS_MIN && !(REFERENCE in piece)) return piece
        key = String(this.#next + added.length)
        added.push({ key, json })
      }
      keys.set(piece, key)
      return { [REFERENCE]: key }
    })
    const used = new Set(keys.values())
    const gone = [...this.#keys.values()].filter(key => !used.has(key))
    const values = new RunValues(keys, this.#next + added.length)
    return { json: JSON.stringify(packed), added, gone, hasValues: keys.size > 0 || gone.length > 0, values }
  }
}

/** The state with every piece that may be long replaced: outputs, inputs of tokens, items and results of rounds. */
function mapPieces(state: RunState, map: (piece: Json) => Json): RunState {
  const outputs = Object.fromEntries(
    Object.entries(state.outputs).map(([place, output]) => [place, map(output)]),
  )
  const tokens = state.tokens.map(token => {
    const { parked } = token
    const input = map(token.input)
    if (parked?.for !== 'rounds') return { ...token, input }
    const pieces = (lists: readonly (readonly Json[])[] | null) =>
      lists === null ? null : lists.map(list => map(list) as readonly Json[])
    return {
      ...token,
      input,
      parked: { ...parked, items: pieces(parked.items), results: pieces(parked.results) },
    }
  })
  return { ...state, outputs, tokens }
}
