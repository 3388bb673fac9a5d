import type pg from 'pg'
import { databaseRules } from './database-rules.ts'
import { readGlobalTables, readNarrowedTables, readRelations } from './relations.ts'
import { type Catalogue, catalogueOf, type Finding, tableRules } from './table-rules.ts'

/** Reads the catalogue of the database the client is connected to. */
export async function readCatalogue(client: pg.ClientBase): Promise<Catalogue> {
  const relations = await readRelations(client)
  return catalogueOf(relations, await readGlobalTables(client), await readNarrowedTables(client))
}

/**
 * Everything in a database that breaks a rule of tenancy; empty for a sound one. It asks nothing but the
 * catalogue, so it also judges a database that was restored or migrated elsewhere. Any role may run it.
 */
export async function lintCatalogue(client: pg.ClientBase): Promise<Finding[]> {
  const all = await readCatalogue(client)
  const findings: Finding[] = []
  for (const relation of all.relations.values()) {
    for (const [rule, find] of Object.entries(tableRules)) {
      const found = find(relation, all.classOf.get(relation.name), all)
      findings.push(...found.map(what => ({ rule, object: relation.name, what })))
    }
  }
  for (const find of Object.values(databaseRules)) findings.push(...(await find(client)))
  return findings
}

/** One line for each finding. */
export function listed(findings: readonly Finding[]): string {
  return findings.map(({ rule, object, what }) => `  ${object} ${what} [${rule}]`).join('\n')
}

/** The names of all rules. */
export const ruleNames: readonly string[] = [...Object.keys(tableRules), ...Object.keys(databaseRules)]
