import type { WorkflowMetrics } from '#modules/flow/contract.ts'
import { tookWords } from '../run/run-words.ts'
import { counted } from '../words.ts'

/** How often a step was reached lately, how often it failed and how long it took; times in milliseconds. */
export type NodeFigures = WorkflowMetrics['nodes'][number]

/** From 0 to 1; null for a step that was never reached. */
export function successRate({ steps, failed }: Pick<NodeFigures, 'steps' | 'failed'>): number | null {
  return steps === 0 ? null : (steps - failed) / steps
}

/** Rounded so that 100 % is said only when nothing failed, and 0 % only when all did. */
export function percentWords(share: number): string {
  const rounded = Math.round(share * 100)
  const honest = share < 1 && rounded === 100 ? 99 : share > 0 && rounded === 0 ? 1 : rounded
  return `${honest} %`
}

/** In a few words, for the line of a node: "98 % of 214 · 1.2 s". */
export function figuresLine(figures: NodeFigures | undefined): string {
  const rate = figures && successRate(figures)
  if (!figures || rate === null || rate === undefined) return 'Not reached lately'
  const took = figures.p50Ms === null ? [] : [tookWords(figures.p50Ms)]
  return [`${percentWords(rate)} of ${figures.steps.toLocaleString()}`, ...took].join(' · ')
}

/** As a sentence, for who hears it and for who points at it. */
export function figuresSentence(figures: NodeFigures | undefined): string {
  const rate = figures && successRate(figures)
  if (!figures || rate === null || rate === undefined) return 'Not reached in the last 100 runs'
  const { steps, failed, p50Ms, p95Ms } = figures
  const went = failed === 0 ? 'never failed' : `failed ${counted(failed, 'time')}`
  const half = p50Ms === null ? '' : `. Half took less than ${tookWords(p50Ms)}`
  const most = p95Ms === null || p95Ms === p50Ms ? '' : `, 95 % less than ${tookWords(p95Ms)}`
  return `Reached ${counted(steps, 'time')}, ${went}${half}${most}`
}
