import pg from 'pg'

/** How a statement ended: rows read or written, or why it was refused. */
export type Outcome = { readonly rows: number } | { readonly refused: Refusal }

/**
 * `policy`: the row is not one that the transaction may write. `privilege`: the role may not do this to the table
 * at all. Anything else is the SQLSTATE.
 */
export type Refusal = 'policy' | 'privilege' | (string & {})

/** What the transaction of a statement has set before it runs. */
export interface Setting {
  /** Text for `app.org_id`; null leaves it alone. */
  readonly organization: string | null
  /** Says that it is a worker, as the transactions that look for work do. */
  readonly worker?: boolean
  readonly readOnly?: boolean
  /** What it may see of an object; everything when it says nothing. */
  readonly sight?: { readonly object: string; readonly text: string }
  /** A pattern that it looks for in what is searched. */
  readonly search?: string | undefined
}

/** Runs one statement in a transaction of its own that leaves nothing behind. */
export type Attempt = (setting: Setting, text: string, values?: readonly unknown[]) => Promise<Outcome>

function openingOf({ organization, worker, readOnly, sight, search }: Setting): string {
  return [
    ...(organization === null ? [] : [`set local app.org_id = ${pg.escapeLiteral(organization)}`]),
    ...(worker ? [`set local app.worker = 'on'`] : []),
    ...(sight ? [`set local app.sees_${sight.object} = ${pg.escapeLiteral(sight.text)}`] : []),
    ...(search ? [`set local app.search_1 = ${pg.escapeLiteral(search)}`] : []),
    // Foreign keys that wait for the end of the transaction would never speak: it is rolled back.
    'set constraints all immediate',
    ...(readOnly ? ['set local transaction_read_only = on'] : []),
  ].join('; ')
}

async function outcomeOf(client: pg.ClientBase, text: string, values: readonly unknown[]): Promise<Outcome> {
  try {
    const result = await client.query(text, [...values])
    return { rows: result.rowCount ?? 0 }
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error
    if (error.code !== '42501') return { refused: error.code ?? 'no code' }
    return { refused: /row-level security/.test(error.message) ? 'policy' : 'privilege' }
  }
}

/** Attempts over a connection of the role itself, as any program with its password could make them. */
export function attemptsOf(client: pg.ClientBase): Attempt {
  return async (setting, text, values = []) => {
    await client.query(`begin; ${openingOf(setting)}`)
    const outcome = await outcomeOf(client, text, values)
    await client.query('rollback')
    return outcome
  }
}

/** Attempts of a role inside the open transaction of a superuser, which sees what that transaction has changed. */
export function attemptsWithin(client: pg.ClientBase, role: string): Attempt {
  return async (setting, text, values = []) => {
    await client.query(`savepoint attempt; set local role ${role}; ${openingOf(setting)}`)
    const outcome = await outcomeOf(client, text, values)
    await client.query('rollback to savepoint attempt; release savepoint attempt')
    return outcome
  }
}
