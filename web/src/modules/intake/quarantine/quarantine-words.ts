import type { FieldType, QuarantinedSubmission } from '#modules/intake/contract.ts'
import { answerWords } from '../answer-words.ts'

function submissions(count: number): string {
  return count === 1 ? '1 submission' : `${count.toLocaleString()} submissions`
}

/** What came of releasing or deleting many. */
export function changedWords(act: 'release' | 'delete', changed: number, failed: number): string {
  const done = act === 'release' ? 'released as leads' : 'deleted'
  const rest = failed === 0 ? '' : ` ${submissions(failed)} could not be; open them to see why.`
  return changed === 0 && failed > 0
    ? `Nothing was ${act === 'release' ? 'released' : 'deleted'}.${rest}`
    : `${submissions(changed)} ${done}.${rest}`
}

/** The weightiest reason, and how many more there are. */
export function reasonLine({ reasons }: Pick<QuarantinedSubmission, 'reasons'>): string {
  const [first, ...more] = reasons
  if (!first) return ''
  return more.length === 0 ? first.words : `${first.words} And ${more.length} more.`
}

/** An answer as people read it; of files how many there are. */
export function heldAnswer(type: FieldType, value: string): string {
  if (type === 'FILE') return value === '1' ? '1 file' : `${value} files`
  return answerWords(type, value)
}

/** How it was sent. */
export const channelWords: Readonly<Record<QuarantinedSubmission['channel'], string>> = {
  script: 'By the page',
  plain: 'By the page, without its script',
  program: 'By a program, without the page',
}
