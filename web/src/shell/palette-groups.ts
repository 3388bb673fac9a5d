import { matchScore } from './palette-match.ts'
import type { PaletteAction } from './palette-store.ts'

export interface PaletteGroup {
  readonly name: string
  readonly actions: PaletteAction[]
}

/** The actions that answer what was typed, best first, under their headings. */
export function groupActions(actions: readonly PaletteAction[], query: string): PaletteGroup[] {
  const scored = actions
    .map(action => ({ action, score: matchScore(action.label, action.keywords ?? '', query) }))
    .filter(each => each.score > 0)
  if (query.trim()) scored.sort((a, b) => b.score - a.score)
  const groups = new Map<string, PaletteAction[]>()
  for (const { action } of scored) groups.set(action.group, [...(groups.get(action.group) ?? []), action])
  return [...groups].map(([name, members]) => ({ name, actions: members }))
}
