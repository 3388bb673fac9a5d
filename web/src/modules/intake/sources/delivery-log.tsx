import { Button } from '@mantine/core'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { RotateCcw } from 'lucide-react'
import { useState } from 'react'
import {
  type DeliveryStatus,
  getLeadDelivery,
  type LeadDelivery,
  listLeadDeliveries,
  listSources,
  retryLeadDeliveries,
  retryLeadDelivery,
  type Source,
} from '#modules/intake/contract.ts'
import { call, routeKey, routeQuery } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { Choice } from '../../../ui/choice.tsx'
import { ListFoot } from '../../../ui/list-foot.tsx'
import { Section } from '../../../ui/page.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { Status } from '../../../ui/status.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import { DELIVERY_WORDS } from './source-words.ts'
import classes from './sources.module.css'

const VIEWS = [
  { value: 'all', label: 'All' },
  { value: 'done', label: 'Leads' },
  { value: 'failed', label: 'Failed' },
  { value: 'unmapped', label: 'Unmapped' },
  { value: 'ignored', label: 'Ignored' },
] as const
type View = (typeof VIEWS)[number]['value']

const PAGE = 25

function useDeliveries(source: Source, view: View) {
  const status: { status?: DeliveryStatus } = view === 'all' ? {} : { status: view }
  const params = { leadSourceId: source.id }
  return useInfiniteQuery({
    queryKey: [listLeadDeliveries.id, 'log', source.id, view],
    queryFn: ({ pageParam, signal }) =>
      call(
        listLeadDeliveries,
        { params, query: { limit: PAGE, ...status, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
}

/** What came in by a source and what became of it; what failed can be tried again. */
export function DeliveryLog({ source }: { source: Source }) {
  const [view, setView] = useState<View>('all')
  const may = useMay('leads:write')
  const list = useDeliveries(source, view)
  const renew = useRenew(source)
  const { failed, unmapped } = source.deliveries
  const again = useAct(retryLeadDeliveries, {
    onSuccess: ({ count }) => {
      renew()
      toastDone(count === 1 ? 'One delivery is looked at again.' : `${count} deliveries are looked at again.`)
    },
    onError: error => sayFailed(error),
  })
  const rows = list.data?.pages.flatMap(page => page.items)
  return (
    <Section title="Deliveries" about="The last 30 days, the newest first.">
      <div className={classes.stack}>
        <div className={classes.acts}>
          <Choice label="Show" options={VIEWS} value={view} onChange={setView} />
          {may && failed + unmapped > 0 ? (
            <Button
              leftSection={<RotateCcw size={14} aria-hidden="true" />}
              loading={again.isPending}
              onClick={() => again.mutate({ params: { leadSourceId: source.id } })}
            >
              Try what failed again
            </Button>
          ) : null}
        </div>
      </div>
      {list.isError && rows === undefined ? (
        <PageError error={list.error} reset={list.refetch} />
      ) : rows === undefined ? (
        <RecordSkeleton />
      ) : rows.length === 0 ? (
        <p className={classes.quiet}>
          {view === 'all' ? 'Nothing was delivered yet.' : 'Nothing of this kind was delivered.'}
        </p>
      ) : (
        <>
          <ul className={classes.deliveries}>
            {rows.map(delivery => (
              <Delivery key={delivery.id} delivery={delivery} onRetried={renew} />
            ))}
          </ul>
          <ListFoot count={rows.length} one="delivery" many="deliveries" list={list} />
        </>
      )}
    </Section>
  )
}

function useRenew(source: Source) {
  const queryClient = useQueryClient()
  return () => {
    const params = { workflowId: source.workflowId }
    void queryClient.invalidateQueries({ queryKey: routeKey(listLeadDeliveries) })
    void queryClient.invalidateQueries({ queryKey: routeKey(getLeadDelivery) })
    void queryClient.invalidateQueries({ queryKey: routeKey(listSources, { params }) })
  }
}

function Delivery({ delivery, onRetried }: { delivery: LeadDelivery; onRetried: () => void }) {
  const [isOpen, setOpen] = useState(false)
  const { word, kind } = DELIVERY_WORDS[delivery.status]
  return (
    <li>
      <details className={classes.delivery} onToggle={event => setOpen(event.currentTarget.open)}>
        <summary>
          <Status kind={kind}>{word}</Status>
          <span className={classes.outcome}>{delivery.outcome}</span>
          <span className={classes.quiet}>
            <RelativeTime at={delivery.createdAt} />
          </span>
        </summary>
        {isOpen ? <Content delivery={delivery} onRetried={onRetried} /> : null}
      </details>
    </li>
  )
}

function Content({ delivery, onRetried }: { delivery: LeadDelivery; onRetried: () => void }) {
  const may = useMay('leads:write')
  const params = { leadDeliveryId: delivery.id }
  const { data, error, refetch } = useQuery(routeQuery(getLeadDelivery, { params }))
  const act = useAct(retryLeadDelivery, { onSuccess: onRetried, onError: failed => sayFailed(failed) })
  if (error) return <PageError error={error} reset={refetch} />
  if (data === undefined) return <RecordSkeleton />
  return (
    <div className={classes.content}>
      <p>{delivery.outcome || 'It is looked at in a moment.'}</p>
      {delivery.problems.length > 0 ? (
        <ul className={classes.problems}>
          {delivery.problems.map(({ field, message }) => (
            <li key={`${field} ${message}`}>
              {field}: {message}
            </li>
          ))}
        </ul>
      ) : null}
      <div className={classes.acts}>
        {delivery.leadId ? (
          <Link to="/leads/$leadId" params={{ leadId: delivery.leadId }}>
            Open the lead
          </Link>
        ) : null}
        {may && delivery.status !== 'done' ? (
          <Button size="xs" loading={act.isPending} onClick={() => act.mutate({ params })}>
            Try again
          </Button>
        ) : null}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <section className={classes.json} tabIndex={0} aria-label="Content">
        {JSON.stringify(data.body, null, 2)}
      </section>
    </div>
  )
}
