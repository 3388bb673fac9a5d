/** What became of one of several that were done together. */
export type Outcome<A> = PromiseSettledResult<A>

/** How many share a transaction: more make each of them wait longer for the last than a commit costs. */
const BATCH_MAX = 32
/** Transactions under way at once: while the database writes one, the next is prepared. */
const OPEN_MAX = 2

interface Waiting<Q, A> {
  readonly question: Q
  readonly resolve: (answer: A) => void
  readonly reject: (reason: unknown) => void
}

/**
 * Does in one transaction what comes while others are under way. The first never waits for a second one, so that alone each is as
 * fast as it can be, and a crowd makes the transactions larger, not more.
 *
 * `work` gives an outcome for each, in their order, or rejects, and then has done nothing. What came together and
 * failed is done again one by one, so that nobody's failure is another's.
 */
export class Together<Q, A> {
  readonly #work: (questions: readonly Q[]) => Promise<readonly Outcome<A>[]>
  readonly #waiting: Waiting<Q, A>[] = []
  #open = 0

  constructor(work: (questions: readonly Q[]) => Promise<readonly Outcome<A>[]>) {
    this.#work = work
  }

  add(question: Q): Promise<A> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, resolve, reject })
      if (this.#open < OPEN_MAX) void this.#drain()
    })
  }

  async #drain(): Promise<void> {
    this.#open += 1
    // What came in the same turn of the event loop shares the first one too.
    await new Promise(resolve => setImmediate(resolve))
    while (this.#waiting.length > 0) await this.#do(this.#waiting.splice(0, BATCH_MAX))
    this.#open -= 1
  }

  /** Never rejects. */
  async #do(batch: readonly Waiting<Q, A>[]): Promise<void> {
    try {
      const outcomes = await this.#work(batch.map(({ question }) => question))
      for (const [place, { resolve, reject }] of batch.entries()) {
        const outcome = outcomes[place]
        if (outcome?.status === 'fulfilled') resolve(outcome.value)
        else reject(outcome?.reason ?? new Error('There is no outcome.'))
      }
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error)
      else for (const each of batch) await this.#do([each])
    }
  }
}
