/**
 * Chance that can be had again: one seed gives one sequence on every machine. The generator is xoshiro128** by
 * Blackman and Vigna ("Scrambled linear pseudorandom number generators", 2021), its state filled from the seed by
 * a 32-bit mixer. For tests and simulations; never for secrets.
 */
export class Seeded {
  readonly #state = new Uint32Array(4)

  /** `seed` is a whole number from 0 up to 2^53. */
  constructor(seed: number) {
    let at = (seed >>> 0) ^ Math.imul(Math.floor(seed / 0x1_0000_0000), 0x85ebca6b)
    for (let index = 0; index < 4; index++) {
      at = (at + 0x9e3779b9) >>> 0
      let mixed = Math.imul(at ^ (at >>> 16), 0x21f0aaad)
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
      this.#state[index] = mixed ^ (mixed >>> 15)
    }
  }

  /** 32 random bits as a whole number. */
  bits(): number {
    const state = this.#state
    const [a = 0, b = 0, c = 0, d = 0] = state
    const third = c ^ a
    const fourth = d ^ b
    state[0] = a ^ fourth
    state[1] = b ^ third
    state[2] = third ^ (b << 9)
    state[3] = rotated(fourth, 11)
    return Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0
  }

  /** From 0 up to but not including 1. */
  next(): number {
    return this.bits() / 0x1_0000_0000
  }

  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  /** True in `share` of all cases. */
  chance(share: number): boolean {
    return this.next() < share
  }

  /** One of the items. Throws when there are none. */
  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.next() * items.length)]
    if (item === undefined && items.length === 0) throw new Error('There is nothing to pick from.')
    return item as T
  }

  /** The items in another order. */
  shuffled<T>(items: readonly T[]): T[] {
    const mixed = [...items]
    for (let index = mixed.length - 1; index > 0; index--) {
      const other = this.whole(0, index)
      ;[mixed[index], mixed[other]] = [mixed[other] as T, mixed[index] as T]
    }
    return mixed
  }
}

function rotated(bits: number, by: number): number {
  return (bits << by) | (bits >>> (32 - by))
}
