import { type NodeRunner, next } from '../node-run.ts'
import type { MergeConfig } from './merge.ts'

/** The core has joined the branches before a merge runs and says how many came. */
export const mergeRunner: NodeRunner<MergeConfig> = {
  type: 'merge',
  load({ mode, count = 1 }) {
    const isShort = (arrived: number) => mode === 'count' && arrived < count
    return { run: ({ arrived }) => next(isShort(arrived) ? 'short' : 'out', { arrived }) }
  },
}
