import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Point } from '../canvas/layout.ts'
import type { DraftProblem } from '../workflow/draft-problems.ts'
import type { EditorSession, SessionSnapshot } from './session.ts'
import type { Spot } from './step-edits.ts'

/** What is being chosen in the list beside the canvas. */
export type Choosing =
  /** A kind of step to add; without a spot, wherever it fits. */
  | { readonly what: 'step'; readonly spot?: Spot | undefined }
  /** Another kind for a step. */
  | { readonly what: 'kind'; readonly nodeId: string }
  /** Where an exit leads; without an exit, which exit. */
  | { readonly what: 'target'; readonly nodeId: string; readonly handle?: string | undefined }
  /** A step to go to. */
  | { readonly what: 'find' }

/** What the parts of an editor do with each other. It stays the same for as long as the editor is shown. */
export interface EditorActions {
  readonly session: EditorSession
  choose(choosing: Choosing | undefined): void
  /** Chooses a node alone, shows its panel, and brings it into sight. */
  open(id: string, byKeyboard?: boolean): void
  /** Puts the keyboard onto a node or note and brings it into sight. */
  focus(id: string): void
  /** The middle of what is seen, as a point of the drawing. */
  middle(): Point
}

export const EditorContext = createContext<EditorActions | undefined>(undefined)

/** What is wrong with the draft. */
export const ProblemsContext = createContext<readonly DraftProblem[]>([])

/** The actions of the editor this is shown in. */
export function useEditor(): EditorActions {
  const actions = useContext(EditorContext)
  if (!actions) throw new Error('A part of the editor was shown outside of it.')
  return actions
}

/** What is edited, as it is now. */
export function useSnapshot(session: EditorSession): SessionSnapshot {
  return useSyncExternalStore(session.subscribe, session.get)
}
