/** What can be taken back and done again. Pure. */

/** How many changes can be taken back. */
const PAST_MAX = 200
/** Changes with the same mark that follow each other within this time are taken back together, in milliseconds. */
const TOGETHER_MS = 1_500

interface Step<T> {
  readonly value: T
  /** What the change did that leads away from here. */
  readonly words: string
  readonly mark: string | undefined
  readonly at: number
}

export interface History<T> {
  readonly value: T
  /** What stood there before each change, the latest one last. */
  readonly past: readonly Step<T>[]
  /** What was taken back, the next one last. */
  readonly future: readonly Step<T>[]
}

export interface Change<T> {
  readonly value: T
  /** What it does, as a sentence. */
  readonly words: string
  /** The same for changes that belong together, such as the letters of one word. */
  readonly mark?: string | undefined
}

export function begun<T>(value: T): History<T> {
  return { value, past: [], future: [] }
}

/** Makes a change. `at` is when, in milliseconds. What was taken back before can no longer be done again. */
export function changed<T>(history: History<T>, { value, words, mark }: Change<T>, at: number): History<T> {
  if (value === history.value) return history
  const last = history.past.at(-1)
  const goesOn =
    mark !== undefined && last?.mark === mark && at - last.at < TOGETHER_MS && history.future.length === 0
  const past = goesOn
    ? [...history.past.slice(0, -1), { ...last, at }]
    : [...history.past, { value: history.value, words, mark, at }].slice(-PAST_MAX)
  return { value, past, future: [] }
}

/** Takes the last change back; the same when there is none. */
export function undone<T>(history: History<T>): History<T> {
  const last = history.past.at(-1)
  if (!last) return history
  return {
    value: last.value,
    past: history.past.slice(0, -1),
    future: [...history.future, { ...last, value: history.value }],
  }
}

/** Does again what was taken back last; the same when nothing was. */
export function redone<T>(history: History<T>): History<T> {
  const next = history.future.at(-1)
  if (!next) return history
  return {
    value: next.value,
    past: [...history.past, { ...next, value: history.value, mark: undefined }],
    future: history.future.slice(0, -1),
  }
}

/** Brings what somebody else did into everything that can be gone back to, so that taking back undoes only one's own. */
export function rebased<T>(history: History<T>, bringIn: (value: T) => T): History<T> {
  const all = (steps: readonly Step<T>[]) =>
    steps.map(step => ({ ...step, value: bringIn(step.value), mark: undefined }))
  return { value: bringIn(history.value), past: all(history.past), future: all(history.future) }
}
