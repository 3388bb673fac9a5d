import { createHash } from 'node:crypto'

/** What tells a repeat of a submission from other answers under its id. */
export function hashOfAnswers(answers: Readonly<Record<string, string>>): Buffer {
  return createHash('sha256').update(JSON.stringify(answers)).digest()
}
