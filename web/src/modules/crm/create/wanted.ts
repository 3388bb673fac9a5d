/** What can be begun from anywhere: its form stands on the page of its list. */
export type Begun = 'person' | 'company' | 'deal' | 'task'

let wanted: Begun | undefined

/** Asks for a form that the page people are sent to opens when it is shown. */
export function wantNew(what: Begun): void {
  wanted = what
}

/** Whether a form was asked for; it is asked for once. */
export function takeWanted(what: Begun): boolean {
  if (wanted !== what) return false
  wanted = undefined
  return true
}
