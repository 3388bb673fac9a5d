import type { Checkpoint } from './checkpoint.ts'

/** Slices stored in one commit. */
const BATCH_MAX = 500
/** Of one organization, while others have work too: a large commit keeps the process and the database busy for long. */
const SHARED_BATCH_MAX = 50
/** An organization with so few unstored slices is served first, in a commit without the many of another. */
const FEW = 20
/** Commits under way at once: while the database writes one, the next is prepared. */
const COMMITS_MAX = 3
/** Of those with many slices of one organization, so that there is always room for those with few. */
const LARGE_MAX = 2
/** Of the same while others have work too: two at once keep both the database and the process from those with few. */
const SHARED_LARGE_MAX = 1

/** Slices that share a commit. */
export interface Batch {
  readonly checkpoints: readonly Checkpoint[]
  /** Whether they are the many of one organization. */
  readonly isLarge: boolean
}

/**
 * Slices that wait to be stored. Each organization has a queue of its own: those with few go first and together, those
 * with many take turns, so that nobody waits behind the whole queue of another.
 */
export class CommitQueue {
  /** In the order of their turns. */
  readonly #waiting = new Map<string, Checkpoint[]>()
  readonly #unstored = new Map<string, number>()
  #open = 0
  #large = 0

  push(checkpoint: Checkpoint): void {
    const { orgId } = checkpoint.run
    const queue = this.#waiting.get(orgId)
    if (queue) queue.push(checkpoint)
    else this.#waiting.set(orgId, [checkpoint])
    this.#unstored.set(orgId, this.unstoredOf(orgId) + 1)
  }

  /** How many slices of the organization wait or are being stored. */
  unstoredOf(orgId: string): number {
    return this.#unstored.get(orgId) ?? 0
  }

  /**
   * What is to be stored next; null when nothing waits or enough is being stored. `isShared` says that several organizations
   * have work. Each batch is given back with `done`.
   */
  take(isShared: boolean): Batch | null {
    if (this.#open >= COMMITS_MAX) return null
    const few = this.#takeFew()
    if (few.length > 0) return this.#opened({ checkpoints: few, isLarge: false })
    const [orgId, queue] = this.#waiting.entries().next().value ?? []
    if (orgId === undefined || queue === undefined) return null
    if (this.#large >= (isShared ? SHARED_LARGE_MAX : LARGE_MAX)) return null
    this.#waiting.delete(orgId)
    const checkpoints = queue.splice(0, isShared ? SHARED_BATCH_MAX : BATCH_MAX)
    if (queue.length > 0) this.#waiting.set(orgId, queue)
    return this.#opened({ checkpoints, isLarge: true })
  }

  /** The batch is decided, one way or another. */
  done({ checkpoints, isLarge }: Batch): void {
    this.#open -= 1
    if (isLarge) this.#large -= 1
    for (const { run } of checkpoints) {
      const left = this.unstoredOf(run.orgId) - 1
      if (left > 0) this.#unstored.set(run.orgId, left)
      else this.#unstored.delete(run.orgId)
    }
  }

  #takeFew(): Checkpoint[] {
    const batch: Checkpoint[] = []
    for (const [orgId, queue] of this.#waiting) {
      if (this.unstoredOf(orgId) > FEW || batch.length + queue.length > BATCH_MAX) continue
      this.#waiting.delete(orgId)
      batch.push(...queue)
    }
    return batch
  }

  #opened(batch: Batch): Batch {
    this.#open += 1
    if (batch.isLarge) this.#large += 1
    return batch
  }
}
