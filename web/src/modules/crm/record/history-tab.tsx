import { Button } from '@mantine/core'
import type { HistoryEntry, RecordField } from '#modules/crm/contract.ts'
import { problemWords } from '../../../shell/problem.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { FieldValue } from '../fields/field-value.tsx'
import type { RecordTarget } from './edits.ts'
import classes from './history-tab.module.css'
import { OriginLine } from './origin-line.tsx'
import { access } from './record-access.ts'
import { useHistory } from './use-history.ts'

const PAGE = 50

const acts: Readonly<Record<HistoryEntry['action'], string>> = {
  created: 'Created',
  updated: 'Changed',
  deleted: 'Deleted',
  restored: 'Brought back',
  merged: 'Merged',
}

/** Every change of a record, the latest first. */
export function HistoryTab({ target, fields }: { target: RecordTarget; fields: readonly RecordField[] }) {
  const history = useHistory(target, undefined, PAGE)
  if (history.error && history.entries.length === 0) {
    const words = problemWords(history.error)
    return (
      <div className={classes.state}>
        <ErrorState
          what={words.what}
          next={words.next}
          requestId={words.requestId}
          onRetry={() => void history.refetch()}
        />
      </div>
    )
  }
  if (history.isPending) return <RecordSkeleton />
  if (history.entries.length === 0) {
    return <EmptyState>Every change of this {access[target.object].word} will stand here.</EmptyState>
  }
  return (
    <>
      <ol className={classes.entries}>
        {history.entries.map(entry => (
          <li key={entry.id} className={classes.entry}>
            <p className={classes.act}>
              <span className={classes.word}>{acts[entry.action]}</span> <OriginLine origin={entry} />
            </p>
            {entry.fields.length > 0 ? (
              <ul className={classes.fields}>
                {entry.fields.map(change => (
                  <Change
                    key={change.field}
                    field={fields.find(each => each.key === change.field)}
                    change={change}
                    isFirst={entry.action === 'created'}
                  />
                ))}
              </ul>
            ) : null}
          </li>
        ))}
      </ol>
      {history.hasNextPage ? (
        <Button
          size="xs"
          className={classes.more}
          loading={history.isFetchingNextPage}
          onClick={() => void history.fetchNextPage()}
        >
          Show older changes
        </Button>
      ) : null}
    </>
  )
}

interface ChangeProps {
  field: RecordField | undefined
  change: HistoryEntry['fields'][number]
  isFirst: boolean
}

function Change({ field, change, isFirst }: ChangeProps) {
  return (
    <li className={classes.change}>
      <span className={classes.label}>{field?.label ?? spoken(change.field)}</span>
      <span className={classes.values}>
        {isFirst ? null : (
          <>
            <span className={classes.before}>
              <Value field={field} value={change.before} />
            </span>
            <span aria-hidden="true"> → </span>
            <span className="visually-hidden"> became </span>
          </>
        )}
        <Value field={field} value={change.after} />
      </span>
    </li>
  )
}

function Value({ field, value }: { field: RecordField | undefined; value: unknown }) {
  if (field) return <FieldValue field={field} value={value} empty="Nothing" />
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value)
  return <span>{value === null || value === undefined ? 'Nothing' : text}</span>
}

/** A field that is no longer there, by its key: `custom.old_budget` is "Old budget". */
function spoken(key: string): string {
  const words = key
    .replace(/^custom\./, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
