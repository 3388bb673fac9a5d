import { inspect } from 'node:util'

const SHOWN = '[secret]'

/**
 * A decrypted value on its way to where it is used. Printing, logging, serialising or interpolating it
 * gives `[secret]`; only `reveal()` gives the value, which makes every use of it easy to find.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The value itself. Call it where the value leaves the process, and keep it nowhere. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return SHOWN
  }

  toJSON(): string {
    return SHOWN
  }

  [inspect.custom](): string {
    return SHOWN
  }
}
