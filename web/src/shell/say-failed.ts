import { toastFailed } from '../ui/toast-store.ts'
import { problemWords } from './problem.ts'

/** Says in a toast that an act failed, and offers to try it again. */
export function sayFailed(error: unknown, retry?: (() => void) | undefined): void {
  const { what, next, requestId } = problemWords(error)
  toastFailed({ message: what, detail: next, requestId, retry })
}
