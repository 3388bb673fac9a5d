import type { WorkflowSettings } from '#modules/flow/contract.ts'

/** The settings as a person edits them: numbers as text, what is not set as empty text. */
export interface SettingsDraft {
  readonly runs: string
  readonly key: string
  readonly perKey: string
  readonly overflow: 'queue' | 'refuse'
  readonly errorWorkflowId: string | null
}

export function draftOf({ limit, errorWorkflowId }: WorkflowSettings): SettingsDraft {
  return {
    runs: limit?.runs?.toString() ?? '',
    key: limit?.perKey?.key ?? '',
    perKey: limit?.perKey?.runs.toString() ?? '1',
    overflow: limit?.overflow ?? 'queue',
    errorWorkflowId,
  }
}

export type DraftErrors = Partial<Record<'runs' | 'perKey', string>>

const RUNS_MAX = 10_000

function countOf(text: string): number | undefined {
  const count = Number(text.trim())
  return /^\d+$/.test(text.trim()) && count >= 1 && count <= RUNS_MAX ? count : undefined
}

const NOT_A_COUNT = `Enter a whole number from 1 to ${RUNS_MAX.toLocaleString('en')}.`

/** What of a draft cannot be saved, by field. */
export function draftErrors(draft: SettingsDraft): DraftErrors {
  return {
    ...(draft.runs.trim() !== '' && countOf(draft.runs) === undefined ? { runs: NOT_A_COUNT } : {}),
    ...(draft.key.trim() !== '' && countOf(draft.perKey) === undefined ? { perKey: NOT_A_COUNT } : {}),
  }
}

/** The settings a draft without errors stands for; without any number and key there is no limit. */
export function settingsOfDraft(draft: SettingsDraft): WorkflowSettings {
  const runs = countOf(draft.runs) ?? null
  const key = draft.key.trim()
  const perKey = key === '' ? null : { key, runs: countOf(draft.perKey) ?? 1 }
  const limit = runs === null && perKey === null ? null : { runs, perKey, overflow: draft.overflow }
  return { limit, errorWorkflowId: draft.errorWorkflowId }
}
