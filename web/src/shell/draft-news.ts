/** What somebody else did to a draft while it was edited here. Pure. */

export interface News<Conflict> {
  readonly by: string | undefined
  /** What both sides changed, each in its own way, until it is decided. */
  readonly conflicts: readonly Conflict[]
}

/** The news together with what has not been read yet. */
export function withNews<Conflict>(before: News<Conflict> | undefined, next: News<Conflict>): News<Conflict> {
  return { by: next.by, conflicts: [...(before?.conflicts ?? []), ...next.conflicts] }
}

/** The news without a conflict that has been decided; undefined when nothing is left to decide. */
export function settled<Conflict>(
  news: News<Conflict> | undefined,
  conflict: Conflict,
): News<Conflict> | undefined {
  const left = news?.conflicts.filter(each => each !== conflict) ?? []
  return left.length === 0 ? undefined : { by: news?.by, conflicts: left }
}

/** The news as a sentence; `what` is what is edited, such as “workflow”. */
export function newsWords({ by, conflicts }: News<unknown>, what: string): string {
  const who = by ?? 'Somebody else'
  if (conflicts.length === 0)
    return `${who} changed this ${what}. It is shown as it is now; nothing of yours is lost.`
  return `${who} changed the same as you. Yours is kept.`
}
