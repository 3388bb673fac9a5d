import { useQuery } from '@tanstack/react-query'
import { useContext } from 'react'
import {
  getCompany,
  getDeal,
  getPerson,
  listLostReasons,
  listPipelines,
  listTags,
  type RecordObject,
} from '#modules/crm/contract.ts'
import { listWorkflows, type Named } from '#modules/flow/contract.ts'
import { listMembers } from '#modules/iam/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { recordFieldsQuery } from '../../crm/fields/use-record-fields.ts'
import { useRecordSearch } from '../../crm/fields/use-record-search.ts'
import { GraphContext, useForm } from './form-context.ts'
import { isId } from './named-words.ts'
import { useColumns } from './use-columns.ts'

/** Something that can be chosen. */
export interface Found {
  /** What is written into the setting. */
  readonly value: string
  readonly label: string
  /** What tells it from others of the same name. */
  readonly hint?: string | undefined
}

type Listed = Exclude<Named, RecordObject>

const RECORDS: ReadonlySet<Named> = new Set<RecordObject>(['person', 'company', 'deal'])
const STALE_MS = 60_000
const NONE: readonly Found[] = []

function recordOf(names: Named): RecordObject | undefined {
  return RECORDS.has(names) ? (names as RecordObject) : undefined
}

/** What fits a typed text; everything, or for records the latest, for an empty one. Empty for whoever may not see it. */
export function useFound(
  names: Named,
  typed: string,
  isWanted: boolean,
): { readonly found: readonly Found[]; readonly isPending: boolean } {
  const record = recordOf(names)
  const searched = useRecordSearch(record, typed, isWanted && record !== undefined)
  const listed = useListed(record === undefined ? (names as Listed) : undefined, typed)
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  const fits = ({ label, hint, value }: Found) => {
    const text = `${label} ${hint ?? ''} ${isId(value) ? '' : value}`.toLocaleLowerCase()
    return words.every(word => text.includes(word))
  }
  if (record === undefined) return { found: (listed ?? NONE).filter(fits), isPending: listed === undefined }
  const found = searched.found.map(({ id, name, hint }) => ({ value: id, label: name, hint }))
  // What was found for less text is no answer to more of it.
  return { found: searched.isPending ? found.filter(fits) : found, isPending: searched.isPending }
}

/**
 * What the value of a setting is called: a written text is itself, and an id is null where nothing of the kind is in sight.
 * Undefined until it is known.
 */
export function useCalled(names: Named, value: string): string | null | undefined {
  const record = recordOf(names)
  const id = isId(value) ? value : undefined
  const retry = false
  const person = useQuery({
    ...routeQuery(getPerson, { params: { personId: id ?? '' } }),
    enabled: names === 'person' && id !== undefined,
    retry,
  })
  const company = useQuery({
    ...routeQuery(getCompany, { params: { companyId: id ?? '' } }),
    enabled: names === 'company' && id !== undefined,
    retry,
  })
  const deal = useQuery({
    ...routeQuery(getDeal, { params: { dealId: id ?? '' } }),
    enabled: names === 'deal' && id !== undefined,
    retry,
  })
  const listed = useListed(record === undefined ? (names as Listed) : undefined, '')
  // Those who left are named too, and who works for a large organization need not be among the first hundred.
  const left = useMemberNames([names === 'member' ? id : undefined])
  if (record !== undefined) {
    if (id === undefined) return value
    const { data, error } = { person, company, deal }[record]
    return error ? null : data?.name
  }
  const wanted = value.toLocaleLowerCase()
  const known = listed?.find(
    each =>
      each.value === value ||
      // What is named by its id may also stand there as people write it.
      (isId(each.value) && [each.label, each.hint].some(text => text?.toLocaleLowerCase() === wanted)),
  )
  if (known) return known.label
  if (id === undefined) return value
  return left.get(id) ?? (listed === undefined ? undefined : null)
}

const OBJECT_OF: Readonly<Record<string, RecordObject>> = {
  update_person: 'person',
  create_company: 'company',
  update_company: 'company',
  create_deal: 'deal',
  update_deal: 'deal',
}

/** What the value of a field names: a built-in one as its schema says, one of the organization as its kind says. */
export function useNamedByField(naming: Readonly<Record<string, Named>>, name: string): Named | undefined {
  const object = OBJECT_OF[useForm().type]
  const isOwn = object !== undefined && name.startsWith('custom.')
  const { data } = useQuery({ ...recordFieldsQuery(object ?? 'person'), enabled: isOwn, retry: false })
  if (!isOwn) return Object.hasOwn(naming, name) ? naming[name] : undefined
  const field = data?.items.find(({ key }) => key === name)
  if (field?.kind === 'user') return 'member'
  // Runs look for people and companies; of other relations they take the id as it is.
  return field?.kind === 'relation' ? field.relatesTo : undefined
}

/** Everything there is of a kind that is kept in a short list; undefined until it is known. */
function useListed(names: Listed | undefined, typed: string): readonly Found[] | undefined {
  const { workflowId } = useForm()
  const graph = useContext(GraphContext)
  const is = (...wanted: Listed[]) => names !== undefined && wanted.includes(names)
  const often = { staleTime: STALE_MS, retry: false }
  const workflows = useQuery({ ...routeQuery(listWorkflows, {}), enabled: is('workflow'), ...often })
  const isMember = is('member', 'member_address')
  const first = { status: 'active', limit: 100 } as const
  const members = useQuery({ ...routeQuery(listMembers, { query: first }), enabled: isMember, ...often })
  const isCut = isMember && members.data?.nextCursor != null
  const more = useQuery({
    ...routeQuery(listMembers, { query: { ...first, limit: 20, search: typed.trim() } }),
    enabled: isCut && typed.trim() !== '',
    placeholderData: before => before,
    retry: false,
  })
  const columns = useColumns(is('lead_status'))
  const pipelines = useQuery({
    ...routeQuery(listPipelines, {}),
    enabled: is('pipeline', 'stage'),
    ...often,
  })
  const reasons = useQuery({ ...routeQuery(listLostReasons, {}), enabled: is('lost_reason'), ...often })
  const tags = useQuery({
    ...routeQuery(listTags, { query: { object: 'person' } }),
    enabled: is('tag'),
    ...often,
  })
  const all = [workflows, members, pipelines, reasons, tags]
  if (all.some(({ fetchStatus, data }) => fetchStatus === 'fetching' && data === undefined)) return undefined
  switch (names) {
    case undefined:
      return NONE
    case 'workflow':
      return (workflows.data?.items ?? NONE_OF)
        .filter(({ id }) => id !== workflowId)
        .map(({ id, name, status }) => ({
          value: id,
          label: name,
          hint: status === 'active' ? undefined : status,
        }))
    case 'member':
    case 'member_address': {
      const known = new Map(
        [...(members.data?.items ?? NONE_OF), ...(more.data?.items ?? NONE_OF)].map(member => [
          member.userId,
          member,
        ]),
      )
      return [...known.values()].map(({ userId, email, name }) => ({
        value: names === 'member' ? userId : email,
        label: name,
        hint: email,
      }))
    }
    case 'lead_status':
      return columns
    case 'pipeline':
      return (pipelines.data?.items ?? NONE_OF).map(({ id, name }) => ({ value: id, label: name }))
    case 'stage':
      return stagesOf(pipelines.data?.items ?? NONE_OF, graph?.node.config.pipeline)
    case 'lost_reason':
      return (reasons.data?.items ?? NONE_OF).map(({ id, name }) => ({ value: id, label: name }))
    case 'tag':
      return (tags.data?.items ?? NONE_OF).map(({ tag }) => ({ value: tag, label: tag }))
  }
}

const NONE_OF: readonly never[] = []

interface Pipeline {
  readonly id: string
  readonly name: string
  readonly stages: readonly { readonly id: string; readonly name: string }[]
}

/** The stages of the pipeline a step names, or of all; with the name of the pipeline where there are several. */
function stagesOf(pipelines: readonly Pipeline[], chosen: unknown): readonly Found[] {
  const own = pipelines.filter(({ id, name }) => id === chosen || name === chosen)
  const from = own.length > 0 ? own : pipelines
  return from.flatMap(({ name, stages }) =>
    stages.map(stage => ({
      value: stage.id,
      label: stage.name,
      hint: from.length > 1 ? name : undefined,
    })),
  )
}
