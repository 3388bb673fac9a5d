import type pg from 'pg'

const TRIES_MAX = 5

/**
 * Runs `work` in a transaction that is always rolled back, so that a database can be damaged and is whole again.
 * Roles belong to the whole cluster: when another test process is setting one up at this moment, it is tried again.
 */
export async function undone<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    await client.query('begin')
    try {
      return await work()
    } catch (error) {
      const isRace = error instanceof Error && error.message === 'tuple concurrently updated'
      if (!isRace || attempt >= TRIES_MAX) throw error
    } finally {
      await client.query('rollback')
    }
  }
}
