const KEPT_MS = 5_000
const changed = new Map<string, number>()

/** Notes that this browser has asked to change leads, so that hearing of it is no news. */
export function noteChangedHere(leadIds: readonly string[]): void {
  const now = Date.now()
  for (const [id, at] of changed) if (now - at > KEPT_MS) changed.delete(id)
  for (const id of leadIds) changed.set(id, now)
}

/** Whether this browser changed a lead just now. */
export function wasChangedHere(leadId: string): boolean {
  return Date.now() - (changed.get(leadId) ?? 0) < KEPT_MS
}
