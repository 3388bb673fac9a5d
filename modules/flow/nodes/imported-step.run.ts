import { MAIN_HANDLE } from '../graph.ts'
import { type NodeRunner, next } from '../node-run.ts'
import type { ImportedStepConfig } from './imported-step.ts'

/** Only one that is passed over is ever published. */
export const importedStepRunner: NodeRunner<ImportedStepConfig> = {
  type: 'imported_step',
  load: ({ exits }) => ({ run: () => next(exits[0] ?? MAIN_HANDLE, null) }),
}
