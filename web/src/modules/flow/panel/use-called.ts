import { useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { getCompany, getDeal, getPerson, listPipelines } from '#modules/crm/contract.ts'
import { type Graph, listWorkflows, type Named, namedIn } from '#modules/flow/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { useMemberNames } from '../../../shell/member-names.ts'

/** Records of more steps than this are said by their kind. */
const RECORDS_MAX = 50
const STALE_MS = 60_000

/** What the things are called that the steps of a graph name by their ids, as far as it is known. */
export function useCalledIn({ nodes }: Pick<Graph, 'nodes'>): ReadonlyMap<string, string> {
  const named = useMemo(() => nodes.flatMap(namedIn), [nodes])
  const idsOf = (...kinds: Named[]) =>
    [...new Set(named.filter(({ names }) => kinds.includes(names)).map(({ id }) => id))].sort()
  const recordsText = (['person', 'company', 'deal'] as const)
    .flatMap(object => idsOf(object).map(id => `${object} ${id}`))
    .slice(0, RECORDS_MAX)
    .join()
  const queries = useMemo(
    () =>
      recordsText === ''
        ? []
        : recordsText.split(',').map(text => {
            const [object = '', id = ''] = text.split(' ')
            return recordQuery(object as 'person' | 'company' | 'deal', id)
          }),
    [recordsText],
  )
  const found = useQueries({ queries })
  const members = useMemberNames(idsOf('member'))
  const pipelines = useQuery({
    ...routeQuery(listPipelines, {}),
    enabled: idsOf('pipeline', 'stage').length > 0,
    ...SELDOM,
  })
  const workflows = useQuery({
    ...routeQuery(listWorkflows, {}),
    enabled: idsOf('workflow').length > 0,
    ...SELDOM,
  })
  const pairs: readonly (readonly [string, string])[] = [
    ...found.flatMap(({ data }) => (data ? [[data.id, data.name] as const] : [])),
    ...members,
    ...(pipelines.data?.items ?? []).flatMap(({ id, name, stages }) => [
      [id, name] as const,
      ...stages.map(stage => [stage.id, stage.name] as const),
    ]),
    ...(workflows.data?.items ?? []).map(({ id, name }) => [id, name] as const),
  ]
  const text = JSON.stringify(pairs)
  // The same map for as long as it says the same, so that a drawing is not made anew for nothing.
  return useMemo(() => new Map(JSON.parse(text) as [string, string][]), [text])
}

const SELDOM = { staleTime: STALE_MS, retry: false } as const

interface Called {
  readonly id: string
  readonly name: string
}

// One function for all, or the queries would be other ones with every drawing.
const nameOnly = ({ id, name }: Called): Called => ({ id, name })

function recordQuery(object: 'person' | 'company' | 'deal', id: string) {
  switch (object) {
    case 'person':
      return { ...routeQuery(getPerson, { params: { personId: id } }), select: nameOnly, ...SELDOM }
    case 'company':
      return { ...routeQuery(getCompany, { params: { companyId: id } }), select: nameOnly, ...SELDOM }
    case 'deal':
      return { ...routeQuery(getDeal, { params: { dealId: id } }), select: nameOnly, ...SELDOM }
  }
}
