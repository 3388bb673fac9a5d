import { useEffect } from 'react'
import type { WorkflowDetail } from '#modules/flow/contract.ts'
import type { EditorSession } from './session.ts'

/** Takes in what the server says, and sees to it that nothing is left unsaved when the page is left. */
export function useSavedLater(session: EditorSession, workflow: WorkflowDetail): void {
  useEffect(() => session.heard(workflow), [session, workflow])
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (session.isSaved()) return
      void session.flush()
      event.preventDefault()
    }
    const hide = () => {
      if (document.visibilityState === 'hidden' && !session.isSaved()) void session.flush()
    }
    window.addEventListener('beforeunload', warn)
    document.addEventListener('visibilitychange', hide)
    return () => {
      window.removeEventListener('beforeunload', warn)
      document.removeEventListener('visibilitychange', hide)
      void session.flush()
    }
  }, [session])
}
