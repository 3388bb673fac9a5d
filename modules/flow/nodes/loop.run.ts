import type { Json } from '#platform/contract/plain-data.ts'
import { type LoadTools, type NodeRunner, permanent } from '../node-run.ts'
import type { LoopConfig } from './loop.ts'

export const loopRunner: NodeRunner<LoopConfig> = {
  type: 'loop',
  load(config, tools) {
    const read = tools.value(config.items, { missing: 'error' })
    return {
      run({ scope }) {
        const items = itemsOf(read(scope), config.maxItems)
        if (items === null) {
          const message = `What to loop over must be a list, or a whole number, of at most ${config.maxItems} items.`
          return { do: 'fail', error: permanent('loop.not_a_list', message), input: null }
        }
        return {
          do: 'rounds',
          items,
          roundsMax: items.length,
          atOnce: config.concurrency,
          keepGoing: config.onError === 'continue',
          input: { items: items.length },
        }
      },
      collect: loadCollect(config.collect, tools),
    }
  },
}

/** Prepares what a round leaves behind; what is missing becomes null. */
export function loadCollect(collect: string | undefined, tools: LoadTools) {
  return collect === undefined ? null : tools.value(collect, { missing: 'empty' })
}

function itemsOf(value: Json, max: number): readonly Json[] | null {
  if (Array.isArray(value)) return value.length <= max ? value : null
  const count = typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 0 || count > max) return null
  return Array.from({ length: count }, (_, index) => index)
}
