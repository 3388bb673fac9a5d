import { ProblemError } from '#platform/contract/problem.ts'

/** Whether an e-mail address was refused because somebody else has it. */
export function isTaken(error: unknown): boolean {
  return error instanceof ProblemError && error.code === 'crm.email_taken'
}
