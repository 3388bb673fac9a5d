import {
  getChangeSet,
  listChangeSetFailures,
  listChangeSets,
  listViews,
  type RecordObject,
} from '#modules/crm/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { coalesced } from '../../../shell/coalesced.ts'
import { onLive } from '../../../shell/live.ts'
import type { LiveMessage } from '../../../shell/live-message.ts'
import { queryClient } from '../../../shell/query.ts'
import { renewSoon } from '../../../shell/renew-soon.ts'
import { access, recordQuery } from '../record/record-access.ts'
import type { AnyRecord } from '../record/record-values.ts'
import { listObjects } from './list-objects.ts'
import { forgetSources, sourcesOf } from './list-source.ts'

const GAP_MS = 400
/** More records than this that changed at once are read with their list. */
const ONE_BY_ONE_MAX = 10

const objects = Object.keys(listObjects) as RecordObject[]
const changed = new Map<RecordObject, Set<string>>()

const renewals = new Map(objects.map(object => [object, coalesced(() => renew(object), GAP_MS)] as const))

async function renew(object: RecordObject): Promise<void> {
  const ids = [...(changed.get(object) ?? [])]
  changed.delete(object)
  renewSoon([listObjects[object].totals.id], GAP_MS)
  const sources = sourcesOf(listObjects[object].list)
  const isKnown = (id: string) => sources.some(source => source.has(id))
  if (ids.length > 0 && ids.length <= ONE_BY_ONE_MAX && ids.every(isKnown)) {
    await Promise.all(ids.map(id => readOne(object, id)))
    return
  }
  for (const source of sources) source.forget()
}

/** The answer is put into the lists by whoever watches the answers. */
async function readOne(object: RecordObject, id: string): Promise<void> {
  try {
    await queryClient.fetchQuery({ ...recordQuery({ object, id }), staleTime: 0 })
  } catch {
    for (const source of sourcesOf(listObjects[object].list)) source.drop(new Set([id]))
  }
}

function hear(message: LiveMessage): void {
  for (const object of objects) {
    const ids = message.subjects.filter(({ type }) => type === object).map(({ id }) => id)
    const isAbout = message.type.startsWith(`${object}.`)
    if (!isAbout && ids.length === 0) continue
    const known = changed.get(object) ?? new Set()
    for (const id of ids) known.add(id)
    // What stands for many changes names few of them.
    if (message.isMany) for (const source of sourcesOf(listObjects[object].list)) source.forget()
    changed.set(object, known)
    renewals.get(object)?.()
  }
}

/** Keeps lists as the records are: by live messages, and by every answer about a single record. Called once, at start. */
export function renewListsOnLive(): void {
  for (const object of objects) onLive(`${object}.`, hear)
  onLive('view.', () => renewSoon(routeKey(listViews), GAP_MS))
  onLive('change_set.', message => {
    for (const route of [getChangeSet, listChangeSets, listChangeSetFailures])
      renewSoon(routeKey(route), GAP_MS)
    if (message.type === 'change_set.progressed') return
    for (const object of objects) for (const source of sourcesOf(listObjects[object].list)) source.forget()
  })
  const objectOf = new Map<unknown, RecordObject>(objects.map(object => [access[object].get.id, object]))
  queryClient.getQueryCache().subscribe(event => {
    if (event.type === 'removed' && event.query.queryKey[0] === 'iam.session.get') forgetSources()
    if (event.type !== 'updated' || event.action.type !== 'success') return
    const object = objectOf.get(event.query.queryKey[0])
    const record = event.query.state.data as AnyRecord | undefined
    if (!object || typeof record?.id !== 'string') return
    for (const source of sourcesOf(listObjects[object].list)) source.put(new Map([[record.id, record]]))
  })
}
