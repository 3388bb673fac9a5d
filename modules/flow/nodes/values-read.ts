import { type Json, type Path, readPath } from '#platform/contract/plain-data.ts'
import type { Scope } from '../node-run.ts'

const SHOWN_LENGTH_MAX = 200

/**
 * What a condition read when it decided, so that a person can see why: by path, long texts cut, lists and objects
 * left out.
 */
export function valuesReader(paths: readonly Path[]): (scope: Scope) => Json {
  const named = paths.map(path => ({ path, name: path.join('.') }))
  return scope => {
    const values: Record<string, Json> = {}
    for (const { path, name } of named) {
      const value = readPath(scope, path)
      if (typeof value === 'string') values[name] = value.slice(0, SHOWN_LENGTH_MAX)
      else if (typeof value === 'number' || typeof value === 'boolean') values[name] = value
      else if (value === undefined || value === null) values[name] = null
    }
    return values
  }
}
