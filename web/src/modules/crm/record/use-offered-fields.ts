import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { listLostReasons, listPipelines, type RecordField } from '#modules/crm/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import type { AnyRecord } from './record-values.ts'

const LOST_ONLY: ReadonlySet<string> = new Set(['lostReasonId', 'lostNote'])

/**
 * The fields of a record with what its selects offer: stages are those of the deal's pipeline, lost reasons those of the
 * organization. Other objects have all of it in their fields.
 */
export function useOfferedFields(
  object: 'company' | 'person' | 'deal',
  fields: readonly RecordField[],
  record: AnyRecord | undefined,
): readonly RecordField[] {
  const isDeal = object === 'deal'
  const pipelines = useQuery({
    ...routeQuery(listPipelines, { query: {} }),
    enabled: isDeal,
    staleTime: 60_000,
  })
  const reasons = useQuery({ ...routeQuery(listLostReasons, {}), enabled: isDeal, staleTime: 60_000 })
  const pipelineId = record?.pipelineId
  const isLost = record?.status === 'lost'
  return useMemo(() => {
    if (!isDeal) return fields
    const stages = pipelines.data?.items.find(pipeline => pipeline.id === pipelineId)?.stages ?? []
    const offered: Readonly<Record<string, RecordField['options']>> = {
      stageId: stages.map(({ id, name, type }) => ({
        value: id,
        label: name,
        color: type === 'won' ? 'good' : type === 'lost' ? 'bad' : 'info',
      })),
      lostReasonId: (reasons.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
    }
    // Why a deal was lost is no question before it is.
    const asked = isLost ? fields : fields.filter(field => !LOST_ONLY.has(field.key))
    return asked.map(field => {
      const options = offered[field.key]
      // A deal is always in a stage.
      return options ? { ...field, options, ...(field.key === 'stageId' ? { isRequired: true } : {}) } : field
    })
  }, [isDeal, fields, pipelines.data, reasons.data, pipelineId, isLost])
}
