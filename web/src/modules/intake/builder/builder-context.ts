import { createContext, useContext, useSyncExternalStore } from 'react'
import type { DraftProblem } from './draft-problems.ts'
import type { FormSession, SessionSnapshot } from './session.ts'

interface Builder {
  readonly session: FormSession
  /** What is wrong with the form as it stands. */
  readonly problems: readonly DraftProblem[]
  /** Keys of the fields that are published: other people and programs may know these. */
  readonly published: ReadonlySet<string>
  readonly isReadOnly: boolean
}

export const BuilderContext = createContext<Builder | undefined>(undefined)

/** The form that is edited here. */
export function useBuilder(): Builder {
  const builder = useContext(BuilderContext)
  if (!builder) throw new Error('There is no form being edited here.')
  return builder
}

/** What a session holds now. */
export function useSnapshot(session: FormSession): SessionSnapshot {
  return useSyncExternalStore(session.subscribe, session.get)
}
