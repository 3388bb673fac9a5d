/**
 * The places where a crash would hurt most. Crash tests end a process at each of them and look at what is left;
 * a process that no fault was asked of passes them at the price of one comparison.
 */

/** Every fault point, in the order in which a run meets them. A test proves that each one is really passed. */
export const FAULT_POINTS = [
  'submission.before_store',
  'submission.after_store',
  'submission.after_lead',
  'submission.before_commit',
  'submission.after_commit',
  'start.before_commit',
  'start.after_commit',
  'claim.before_commit',
  'claim.after_commit',
  'checkpoint.before_commit',
  'checkpoint.after_commit',
  'call.before_request',
  'call.after_answer',
  'timers.before_commit',
  'timers.after_commit',
  'recovery.before_commit',
  'recovery.after_commit',
  'events.before_commit',
  'job.before_run',
  'job.after_run',
  'mail.before_send',
  'mail.after_send',
] as const

export type FaultPoint = (typeof ALL_POINTS)[number]

/** Those that only e-mail for leads passes, which has crash tests of its own. */
export const MAIL_FAULT_POINTS = [
  'mail_in.before_commit',
  'mail_in.after_commit',
  'mail_in.before_decision',
  'mail_in.after_decision',
] as const

const ALL_POINTS = [...FAULT_POINTS, ...MAIL_FAULT_POINTS] as const

let watcher: ((point: FaultPoint) => void) | null = null

/** Marks a place in the code. Does nothing unless somebody watches. */
export function faultPoint(point: FaultPoint): void {
  if (watcher !== null) watcher(point)
}

/** Tells a function of every fault point that this process passes from now on; null ends that. */
export function watchFaultPoints(watch: ((point: FaultPoint) => void) | null): void {
  watcher = watch
}

/** Whether a text is `<point>:<nth>` with a known point and a number from 1. */
export function isFault(text: string): boolean {
  const [point, nth = ''] = text.split(':', 2)
  return (ALL_POINTS as readonly (string | undefined)[]).includes(point) && /^[1-9]\d{0,5}$/.test(nth)
}

/** Makes this process kill itself, as a power cut would, when it passes a point for the nth time. */
export function armFault(fault: string): void {
  const [point, nth] = fault.split(':', 2)
  let left = Number(nth)
  watchFaultPoints(passed => {
    if (passed !== point || --left > 0) return
    process.kill(process.pid, 'SIGKILL')
  })
}
