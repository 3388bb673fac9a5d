import { isAudited } from '#platform/audit/audit.ts'
import type { Database, Tx } from '#platform/db/database.ts'

/** Carries a result out of a transaction that is to be rolled back. */
class Rehearsed {
  readonly result: unknown
  constructor(result: unknown) {
    this.result = result
  }
}

/** What happened in the database since somebody last asked. */
interface Happened {
  /** Whether a transaction that was to last wrote anything. */
  readonly wrote: boolean
  /** Whether anything was entered into an audit log, also in a transaction that was rolled back. */
  readonly audited: boolean
}

/** A database that can be told to undo each transaction at its end, so that a request can be sent again and again. */
export interface Rehearsal {
  readonly db: Database
  /** Runs `work`; what requests write meanwhile is checked to the end and then rolled back. */
  rehearse<T>(work: () => Promise<T>): Promise<T>
  /** Says what happened, and forgets it. */
  happened(): Happened
}

/** Makes the rehearsing twin of a database. */
export function rehearsalOf(db: Database): Rehearsal {
  let isOn = false
  let happened: Happened = { wrote: false, audited: false }
  const note = (more: Partial<Happened>) => {
    happened = {
      wrote: happened.wrote || more.wrote === true,
      audited: happened.audited || more.audited === true,
    }
  }
  /** A transaction has a number from its first write on. */
  const noteWrites = async (tx: Tx) => {
    tx.flush()
    const found = await tx.query<{ id: string | null }>('select pg_current_xact_id_if_assigned()::text as id')
    note({ wrote: found.rows[0]?.id !== null, audited: isAudited(tx) })
  }
  const undone = async <T, X extends Tx>(
    transact: (work: (tx: X) => Promise<T>) => Promise<T>,
    work: (tx: X) => Promise<T>,
  ): Promise<T> => {
    const isRehearsal = isOn
    try {
      return await transact(async tx => {
        const result = await work(tx)
        if (!isRehearsal) {
          await noteWrites(tx)
          return result
        }
        note({ audited: isAudited(tx) })
        tx.flush()
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
      withBatch(work) {
        note({ wrote: true })
        return db.withBatch(work)
      },
    },
    async rehearse(work) {
      isOn = true
      try {
        return await work()
      } finally {
        isOn = false
      }
    },
    happened() {
      const told = happened
      happened = { wrote: false, audited: false }
      return told
    },
  }
}
