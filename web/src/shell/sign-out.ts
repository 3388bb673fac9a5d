import { signOut } from '#modules/iam/contract.ts'
import { toastFailed } from '../ui/toast-store.ts'
import { call } from './api.ts'
import { problemWords } from './problem.ts'

/** Ends the session on the server, forgets everything read under it, and shows the sign-in page. */
export async function leave(): Promise<void> {
  try {
    await call(signOut, {})
  } catch (error) {
    const words = problemWords(error)
    toastFailed({
      message: 'You are still signed in.',
      detail: words.what,
      requestId: words.requestId,
      retry: leave,
    })
    return
  }
  // A fresh page, so that nothing read under the old session stays in memory.
  window.location.assign('/sign-in')
}
