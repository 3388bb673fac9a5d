import type { Tx } from '#platform/db/database.ts'

const turns = new WeakMap<Tx, Promise<unknown>>()

/**
 * Does what steps do to records of one transaction one after the other. Runs that are stored together share it, and a lock
 * holds nobody off who already has it: two that change one record would each write what it was before.
 */
export function inRecordTurn<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  const before = turns.get(tx) ?? Promise.resolve()
  const mine = before.then(work)
  turns.set(
    tx,
    mine.catch(() => {}),
  )
  return mine
}
