import type { RecordField } from '#modules/crm/contract.ts'
import { isMissing, problemWords } from '../../../shell/problem.ts'
import { useNoteRecent } from '../../../shell/use-note-recent.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { useRecordFields } from '../fields/use-record-fields.ts'
import type { RecordTarget } from './edits.ts'
import { FieldColumn } from './field-column.tsx'
import { GoneRecord } from './gone-record.tsx'
import { headKeys } from './head-keys.ts'
import { HistoryTab } from './history-tab.tsx'
import { recentDetail } from './recent-detail.ts'
import { RecordActions } from './record-actions.tsx'
import { RecordActivity } from './record-activity.tsx'
import { RecordHead } from './record-head.tsx'
import type { RecordTab } from './record-tabs.ts'
import classes from './record-view.module.css'
import { RelatedRecords } from './related-records.tsx'
import { TabBar } from './tab-bar.tsx'
import { useOfferedFields } from './use-offered-fields.ts'
import { useRecord } from './use-record.ts'

interface RecordViewProps {
  target: RecordTarget
  tab: RecordTab
  onTab: (tab: RecordTab) => void
  /** The headings of its parts; those of a page stand under the name of the page. */
  heading: 'h2' | 'h3'
  /** Leaves a record that was deleted. */
  onLeave: () => void
}

/** Where a record came from and what registers call it: of interest now and then. */
function isRare({ group }: RecordField): boolean {
  return group === 'Origin' || group === 'Register'
}

/** All of a record: who it is, what is next, what happened, what is known, and what belongs to it. */
export function RecordView({ target, tab, onTab, heading, onLeave }: RecordViewProps) {
  const { query, record, edits, mayChange } = useRecord(target)
  const fields = useOfferedFields(target.object, useRecordFields(target.object), record)
  const { object, id } = target
  useNoteRecent(record && { object, id, name: record.name, detail: recentDetail(object, record) })
  if (query.error && (isMissing(query.error) || !record)) {
    if (isMissing(query.error)) return <GoneRecord target={target} cause={query.error} />
    const words = problemWords(query.error)
    return (
      <div className={classes.error}>
        <ErrorState
          what={words.what}
          next={words.next}
          requestId={words.requestId}
          onRetry={() => query.refetch()}
        />
      </div>
    )
  }
  if (!record) return <RecordSkeleton />
  const inHead = headKeys[target.object]
  const beside = fields.filter(field => !inHead.includes(field.key))
  const shared = { target, record, edits, mayChange, heading }
  return (
    <div className={classes.record}>
      <RecordHead
        {...shared}
        fields={inHead.flatMap(key => fields.find(field => field.key === key) ?? [])}
        actions={<RecordActions target={target} record={record} mayChange={mayChange} onLeave={onLeave} />}
      />
      <div className={classes.parts} data-tab={tab}>
        <div className={classes.main}>
          <TabBar tab={tab} onTab={onTab} />
          {tab === 'history' ? (
            <HistoryTab target={target} fields={fields} />
          ) : (
            <div className={classes.activity}>
              <RecordActivity target={target} />
            </div>
          )}
        </div>
        <div className={classes.side}>
          <FieldColumn {...shared} fields={beside.filter(field => !isRare(field))} />
          <RelatedRecords {...shared} />
          <FieldColumn {...shared} fields={beside.filter(isRare)} />
        </div>
      </div>
    </div>
  )
}
