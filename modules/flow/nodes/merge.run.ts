import { type NodeRunner, next } from '../node-run.ts'
import type { MergeConfig } from './merge.ts'

/** The core has joined the branches before a merge runs; all that is left is to say whether enough came. */
export const mergeRunner: NodeRunner<MergeConfig> = {
  type: 'merge',
  load: ({ mode, count = 1 }) => ({
    run({ arrived }) {
      return next(mode === 'count' && arrived < count ? 'short' : 'out', { arrived })
    },
  }),
}
