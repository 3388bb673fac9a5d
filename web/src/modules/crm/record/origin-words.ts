import type { HistoryEntry, Provenance } from '#modules/crm/contract.ts'

type Origin = Pick<Provenance | HistoryEntry, 'actor' | 'source' | 'changeSet'>

/** Who or what wrote something, and by which way. */
export interface OriginWords {
  readonly who: string
  /** Continues the sentence: "by an import"; empty when it was written by hand. */
  readonly how: string
  /** The run of a workflow that wrote it. */
  readonly runId: string | undefined
}

const actors: Readonly<Record<Origin['actor']['type'], string>> = {
  user: 'A member',
  apiKey: 'An API key',
  plugin: 'A plugin',
  run: 'A workflow',
  system: 'Millrace',
  visitor: 'A visitor',
}

const ways: Readonly<Record<string, string>> = {
  form: 'with a form',
  import: 'by an import',
  merge: 'by merging two records',
  bulk: 'in an edit of many records',
  undo: 'by taking something back',
  enrichment: 'by looking it up',
  workflow: 'in a workflow',
  webhook: 'by a webhook',
}

/** An origin in words. `names` are those of members, `userId` is the reader. */
export function originWords(
  { actor, source, changeSet }: Origin,
  names: ReadonlyMap<string, string>,
  userId: string,
): OriginWords {
  const member = actor.userId === userId ? 'You' : names.get(actor.userId ?? '')
  const way = source === null ? undefined : (ways[source] ?? `by ${source}`)
  const title = changeSet?.title ? `: ${changeSet.title}` : ''
  return {
    who: (actor.type === 'user' ? member : undefined) ?? actors[actor.type],
    how: way ? `${way}${title}` : title.slice(2),
    runId: actor.runId ?? undefined,
  }
}
