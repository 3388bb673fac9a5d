import type { Database, Tx } from '#platform/db/database.ts'

/** Carries a result out of a transaction that is to be rolled back. */
class Rehearsed {
  readonly result: unknown
  constructor(result: unknown) {
    this.result = result
  }
}

/** A database that can be told to undo each transaction at its end, so that a request can be sent again and again. */
export interface Rehearsal {
  readonly db: Database
  /** Runs `work`; what requests write meanwhile is checked to the end and then rolled back. */
  rehearse<T>(work: () => Promise<T>): Promise<T>
}

/** Makes the rehearsing twin of a database. */
export function rehearsalOf(db: Database): Rehearsal {
  let isOn = false
  const undone = async <T, X extends Tx>(
    transact: (work: (tx: X) => Promise<T>) => Promise<T>,
    work: (tx: X) => Promise<T>,
  ): Promise<T> => {
    if (!isOn) return transact(work)
    try {
      return await transact(async tx => {
        const result = await work(tx)
        await tx.query('set constraints all immediate')
        throw new Rehearsed(result)
      })
    } catch (error) {
      if (error instanceof Rehearsed) return error.result as T
      throw error
    }
  }
  return {
    db: {
      ...db,
      withOrg: (orgId, work, visibility) => undone(inner => db.withOrg(orgId, inner, visibility), work),
      withGlobal: work => undone(inner => db.withGlobal(inner), work),
    },
    async rehearse(work) {
      isOn = true
      try {
        return await work()
      } finally {
        isOn = false
      }
    },
  }
}
