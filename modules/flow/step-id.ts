const NUMBER_MAX = 0xffff
const ATTEMPT_MAX = 0xff

/**
 * The id of a step: its run's id with the last three bytes replaced by step number (two bytes) and attempt
 * (one). The 104 bits that stay keep ids of different runs apart, steps of a run are neighbours in the primary
 * key, and they share the run's partition because the time bits are the run's.
 */
export function stepId(runId: string, number: number, attempt: number): string {
  if (number > NUMBER_MAX || attempt > ATTEMPT_MAX)
    throw new RangeError('A run has at most 65,535 steps of 255 attempts.')
  return runId.slice(0, -6) + number.toString(16).padStart(4, '0') + attempt.toString(16).padStart(2, '0')
}

/** The first and last id a step of the run can have. */
export function stepIdRange(runId: string): [from: string, to: string] {
  return [stepId(runId, 0, 0), stepId(runId, NUMBER_MAX, ATTEMPT_MAX)]
}
