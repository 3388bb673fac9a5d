import type { NodeRunner, Scope } from '../node-run.ts'
import type { FindRecordsConfig } from './find-records.ts'

const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`
const WITHOUT_VALUE = new Set(['empty', 'not_empty'])
const WITH_SEVERAL = new Set(['in', 'not_in', 'has_any', 'has_all', 'has_none', 'between'])

export const findRecordsRunner: NodeRunner<FindRecordsConfig> = {
  type: 'find_records',
  load({ object, conditions, match, sort, limit }, tools) {
    const readers = conditions.map(({ field, op, value }) => {
      const read = tools.text(value, { missing: 'error' })
      if (WITHOUT_VALUE.has(op)) return () => `${field}:${op}`
      if (!WITH_SEVERAL.has(op)) return (scope: Scope) => `${field}:${op}:${quoted(read(scope).trim())}`
      return (scope: Scope) => {
        const values = read(scope)
          .split(',')
          .map(part => part.trim())
          .filter(part => part !== '')
        return `${field}:${op}:${values.map(quoted).join(',')}`
      }
    })
    return {
      run({ scope }) {
        const filter = readers.map(read => read(scope)).join(match === 'all' ? ';' : '|')
        const request = { what: 'records', object, filter, sort: sort.trim(), limit }
        return { do: 'call', kind: 'lookup', request }
      },
    }
  },
}
