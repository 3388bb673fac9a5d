import { sqlState } from '#platform/db/database.ts'
import { AppError } from '#platform/errors.ts'
import { messageOf } from '#platform/log.ts'
import { permanent } from './node-run.ts'
import type { StepError } from './run-state.ts'

/** A step asked for something that cannot be done. Its message is what the person sees who looks at the run. */
export class EffectRefused extends Error {}

/** What the step whose effect failed is told. */
export function refusalOf(error: unknown): StepError {
  if (error instanceof EffectRefused) return permanent('effect.refused', error.message)
  return permanent('effect.refused', wordsOf(error))
}

/** An error as the person reads it who looks at the run. */
export function wordsOf(error: unknown): string {
  if (error instanceof AppError) {
    const named = error.errors?.map(
      ({ pointer, message }) => `${pointer.slice(1).replaceAll('/', '.')}: ${message}`,
    )
    const detail = named?.join(' ') || error.detail
    return detail === undefined ? error.title : `${error.title} ${detail}`
  }
  return messageOf(error)
}

/** Whether the database asks to try again or goes down, as opposed to refusing what it was asked. */
export function isPassing(error: unknown): boolean {
  return /^(08|53|57|25P0[34]|40)/.test(sqlState(error) ?? '')
}
