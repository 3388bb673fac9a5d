import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import {
  type FormDraft,
  type FormVersion,
  listFormVersions,
  restoreFormVersion,
} from '#modules/intake/contract.ts'
import { call, routeKey } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { SidePanel } from '../../../ui/side-panel.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import { ArchivedFields } from './archived-fields.tsx'
import classes from './builder.module.css'
import { useBuilder } from './builder-context.ts'
import { useFormAct } from './use-form-acts.ts'

/** What was published when and by whom, a way back to it, and the fields that are no longer asked. */
export function VersionsPanel({ form, onClose }: { form: FormDraft; onClose: () => void }) {
  return (
    <SidePanel label="Versions of the form" onClose={onClose}>
      <div className={classes.panel}>
        <section aria-labelledby="form-versions">
          <h2 id="form-versions" className={classes.heading}>
            Versions
          </h2>
          {form.publishedVersion === null ? (
            <p className={classes.hint}>Each time you publish, the form is kept here as it was.</p>
          ) : (
            <Versions form={form} onRestored={onClose} />
          )}
        </section>
        {form.publishedVersion === null ? null : <ArchivedFields form={form} />}
      </div>
    </SidePanel>
  )
}

function Versions({ form, onRestored }: { form: FormDraft; onRestored: () => void }) {
  const params = { workflowId: form.workflowId }
  const list = useInfiniteQuery({
    // A publication makes another list.
    queryKey: [...routeKey(listFormVersions, { params }), form.publishedVersion],
    queryFn: ({ pageParam, signal }) =>
      call(
        listFormVersions,
        { params, query: { limit: 20, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
  const versions = list.data?.pages.flatMap(page => page.items) ?? []
  const words = list.error && !list.data ? problemWords(list.error) : undefined
  if (words) {
    return (
      <ErrorState
        what={words.what}
        next={words.next}
        requestId={words.requestId}
        onRetry={() => list.refetch()}
      />
    )
  }
  if (list.isPending) return <TableSkeleton rows={3} />
  return (
    <>
      <ol className={classes.versions}>
        {versions.map(version => (
          <VersionRow
            key={version.number}
            workflowId={form.workflowId}
            version={version}
            isDraft={version.isCurrent && !form.hasChanges}
            onRestored={onRestored}
          />
        ))}
      </ol>
      {list.hasNextPage ? (
        <Button size="xs" loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
          Load older ones
        </Button>
      ) : null}
    </>
  )
}

interface VersionRowProps {
  workflowId: string
  version: FormVersion
  /** Whether the draft is this version already. */
  isDraft: boolean
  onRestored: () => void
}

function VersionRow({ workflowId, version, isDraft, onRestored }: VersionRowProps) {
  const { session, isReadOnly } = useBuilder()
  const { number, isCurrent, fields, publishedBy, publishedAt } = version
  const act = useFormAct(restoreFormVersion, session, {
    words: `Restored version ${number}.`,
    onDone: () => {
      toastDone(
        `The draft is version ${number} again. Publish it to let visitors see it; undo takes it back.`,
      )
      onRestored()
    },
  })
  return (
    <li className={classes.version}>
      <span className={classes.words}>
        <span className={classes.name}>
          Version {number}
          {isCurrent ? <span className={classes.must}>what visitors see</span> : null}
        </span>
        <span className={classes.what}>
          {publishedBy ? `${publishedBy.name}, ` : null}
          <RelativeTime at={publishedAt} />, {fields === 1 ? '1 field' : `${fields} fields`}
        </span>
      </span>
      {isReadOnly || isDraft ? null : (
        <Button
          size="xs"
          aria-label={`Restore version ${number}`}
          loading={act.isPending}
          onClick={() => void act.run({ params: { workflowId, number } })}
        >
          Restore
        </Button>
      )}
    </li>
  )
}
