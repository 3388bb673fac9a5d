import { type LiveToken, wakeTokenOf } from './live-token.ts'

/** The open tokens of a run during a slice: those in line to run, in order, and those that wait for something. */
export class TokenList {
  #ready: LiveToken[] = []
  /** Those before it have run. */
  #head = 0
  #parked: LiveToken[] = []

  get hasReady(): boolean {
    return this.#head < this.#ready.length
  }

  get isEmpty(): boolean {
    return !this.hasReady && this.#parked.length === 0
  }

  get parked(): readonly LiveToken[] {
    return this.#parked
  }

  line(token: LiveToken): void {
    this.#ready.push(token)
  }

  park(token: LiveToken): void {
    this.#parked.push(token)
  }

  next(): LiveToken | undefined {
    const token = this.#ready[this.#head]
    if (token !== undefined) this.#head += 1
    return token
  }

  /** The token that waits under this name. */
  waiting(name: string): LiveToken | undefined {
    return this.#parked.find(token => wakeTokenOf(token) === name)
  }

  find(isIt: (token: LiveToken) => boolean): LiveToken | undefined {
    return this.#parked.find(isIt) ?? this.#ready.find((token, index) => index >= this.#head && isIt(token))
  }

  remove(token: LiveToken): void {
    const index = this.#parked.indexOf(token)
    if (index !== -1) {
      this.#parked.splice(index, 1)
      return
    }
    this.#ready = this.#ready.slice(this.#head).filter(other => other !== token)
    this.#head = 0
  }

  /** Takes out all that wait. */
  takeParked(): LiveToken[] {
    const parked = this.#parked
    this.#parked = []
    return parked
  }

  open(): LiveToken[] {
    return [...this.#ready.slice(this.#head), ...this.#parked]
  }
}
