import { Button } from '@mantine/core'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { deletePartial, listPartials, type PartialSubmission } from '#modules/intake/contract.ts'
import { call, routeKey } from '../../../shell/api.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { FigureSection } from '../../../ui/figure-table.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import classes from './analytics.module.css'

/** Answers that visitors let us keep and have not sent. Nothing is shown where there are none. */
export function Unsent({ workflowId }: { workflowId: string }) {
  const queryClient = useQueryClient()
  const mayDelete = useMay('leads:write')
  const params = { workflowId }
  const queryKey = routeKey(listPartials, { params })
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      call(listPartials, { params, query: { limit: 20, cursor: pageParam } }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
  const act = useAct(deletePartial, {
    onError: error => sayFailed(error),
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  })
  const gone = act.isPending || act.isSuccess ? act.variables?.params.partialId : undefined
  const items = (data?.pages ?? []).flatMap(page => page.items).filter(({ id }) => id !== gone)
  if (items.length === 0) return null
  return (
    <FigureSection
      title="Not sent yet"
      aside={
        <span className={classes.note}>
          Kept because their visitors agreed, for 30 days after the last answer
        </span>
      }
    >
      <ul className={classes.unsent}>
        {items.map(item => (
          <li key={item.id}>
            <Answers item={item} />
            {mayDelete ? (
              <InlineConfirm
                label="Delete"
                consequence="Their answers are gone for good."
                icon={<Trash2 size={14} />}
                onConfirm={() => act.mutate({ params: { workflowId, partialId: item.id } })}
              />
            ) : null}
          </li>
        ))}
      </ul>
      {hasNextPage ? (
        <Button variant="subtle" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      ) : null}
    </FigureSection>
  )
}

function Answers({ item: { email, answers, abandoned, savedAt } }: { item: PartialSubmission }) {
  const count = answers.length === 1 ? '1 answer' : `${answers.length} answers`
  return (
    <details className={classes.answers}>
      <summary>
        <span className={classes.who}>{email ?? 'No address yet'}</span>{' '}
        <span className={classes.quiet}>
          {count}, {abandoned ? 'left' : 'last'} <RelativeTime at={savedAt} />
        </span>
      </summary>
      <dl>
        {answers.map(({ key, label, value }) => (
          <div key={key}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
