import { useEffect } from 'react'
import type { Autosave } from './autosave.ts'

/** Sees to it that nothing is left unsaved when the page is left. */
export function useSavedLater(session: Pick<Autosave<unknown>, 'isSaved' | 'flush'>): void {
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
