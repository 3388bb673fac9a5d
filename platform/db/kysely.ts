import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import type pg from 'pg'
import { statementName } from './database.ts'
import type { DB } from './schema.generated.ts'

const builders = new WeakMap<object, Kysely<DB>>()

/**
 * The typed query builder on one connection. Building a Kysely costs as much as a query, so there is
 * one per connection for its whole life; transactions are opened outside of it.
 */
export function kyselyOn(client: pg.ClientBase): Kysely<DB> {
  let builder = builders.get(client)
  if (!builder) {
    const connection = connectionOn(client)
    builder = new Kysely<DB>({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => driverOf(connection),
        createIntrospector: db => new PostgresIntrospector(db),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      },
    })
    builders.set(client, builder)
  }
  return builder
}

function connectionOn(client: pg.ClientBase): DatabaseConnection {
  return {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      const result = await client.query({
        name: statementName(query.sql),
        text: query.sql,
        values: query.parameters as unknown[],
      })
      const counted = result.command !== 'SELECT' && result.rowCount !== null
      return counted
        ? { rows: result.rows as R[], numAffectedRows: BigInt(result.rowCount ?? 0) }
        : { rows: result.rows as R[] }
    },
    // biome-ignore lint/correctness/useYield: streaming needs a cursor, which a pipelined connection refuses.
    async *streamQuery() {
      throw new Error('A pipelined connection cannot stream. Use the plain pool.')
    },
  }
}

function driverOf(connection: DatabaseConnection): Driver {
  const refuse = async () => {
    throw new Error('Transactions are opened by platform/db only.')
  }
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    releaseConnection: async () => {},
    destroy: async () => {},
  }
}
