import pg from 'pg'

/**
 * Works on a connection of its own as the role that owns the tables, for what the runtime role may not do. `name` is what
 * the server calls the connection.
 */
export async function asOwnerRole<T>(
  ownerUrl: string,
  name: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: `millrace ${name}` })
  // A server that goes away fails the query that runs; without a listener it would end this process too.
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
