import { type Implemented, implement } from '#platform/http/handlers.ts'
import { READ_PERMISSION } from '../record-permissions.ts'
import { searchRecords } from './search.ts'
import * as api from './search-api.ts'
import type { SearchSource } from './search-source.ts'

/** What is answered about searches, over the sources that a program has. */
export function searchRoutes(sources: readonly SearchSource[]): readonly Implemented[] {
  const permissions = new Map([
    ...Object.entries(READ_PERMISSION),
    ...sources.map(({ object, read }) => [object, read] as const),
  ])
  return [
    implement(api.searchRecords, (ctx, { query }, http) => {
      const asked = query.objects ?? api.SearchObject.options
      const objects = asked.filter(object => {
        const permission = permissions.get(object)
        return permission !== undefined && http.principal?.can(permission)
      })
      return searchRecords(ctx, { ...query, objects }, sources)
    }),
  ]
}
