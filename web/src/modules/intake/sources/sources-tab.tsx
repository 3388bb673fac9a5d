import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { CalendarClock, Plus, Webhook } from 'lucide-react'
import { createSource, getForm, listSources, type Source, type SourceKind } from '#modules/intake/contract.ts'
import { routeKey, routeQuery } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { isMissing } from '../../../shell/problem.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { PageBody, Section } from '../../../ui/page.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { Status } from '../../../ui/status.tsx'
import { SourceDetail } from './source-detail.tsx'
import { KIND_WORDS, standingOf } from './source-words.ts'
import classes from './sources.module.css'

const route = getRouteApi('/app/workflows/$workflowId/sources')

/** The other ways for leads to come into a workflow: webhooks of other systems and Calendly. */
export function SourcesTab() {
  const { workflowId } = route.useParams()
  const { source: chosenId } = route.useSearch()
  const params = { workflowId }
  const form = useQuery({ ...routeQuery(getForm, { params }), retry: false })
  // Without a form there are no sources, which trying again does not change.
  const query = useQuery({ ...routeQuery(listSources, { params }), retry: false })
  const may = useMay('forms:write')
  const sources = query.data?.items
  if (form.isError && isMissing(form.error)) {
    return (
      <PageBody>
        <EmptyState
          icon={<Webhook size={20} />}
          action={
            <Button component={Link} to="/workflows/$workflowId/form" params={params as never}>
              Make the form
            </Button>
          }
        >
          Other systems fill in the form of this workflow, so it needs one first.
        </EmptyState>
      </PageBody>
    )
  }
  if (query.isError && sources === undefined) return <PageError error={query.error} reset={query.refetch} />
  if (sources === undefined || form.data === undefined) {
    return (
      <PageBody>
        <RecordSkeleton />
      </PageBody>
    )
  }
  const chosen = sources.find(({ id }) => id === chosenId) ?? (sources.length === 1 ? sources[0] : undefined)
  return (
    <PageBody>
      {sources.length === 0 ? (
        <EmptyState icon={<Webhook size={20} />} action={may ? <AddButtons workflowId={workflowId} /> : null}>
          Leads can also come from other systems, and from meetings that people book.
        </EmptyState>
      ) : (
        <Section title="Sources" about="Where leads come from besides the form's own page.">
          <div className={classes.stack}>
            <nav className={classes.list} aria-label="Sources" style={{ width: '100%' }}>
              {sources.map(source => (
                <SourceRow key={source.id} source={source} isChosen={source === chosen} />
              ))}
            </nav>
            {may ? <AddButtons workflowId={workflowId} /> : null}
          </div>
        </Section>
      )}
      {chosen ? <SourceDetail key={chosen.id} source={chosen} form={form.data} /> : null}
    </PageBody>
  )
}

function SourceRow({ source, isChosen }: { source: Source; isChosen: boolean }) {
  const { word, kind } = standingOf(source)
  const { lastAt } = source.deliveries
  return (
    <Link
      className={classes.row}
      from="/workflows/$workflowId/sources"
      to="/workflows/$workflowId/sources"
      search={{ source: source.id }}
      aria-current={isChosen ? 'true' : undefined}
      resetScroll={false}
    >
      <span className={classes.name}>{source.name}</span>
      <span className={`${classes.quiet} ${classes.second}`}>{KIND_WORDS[source.kind]}</span>
      <Status kind={kind}>{word}</Status>
      <span className={`${classes.quiet} ${classes.second}`}>
        {lastAt ? <RelativeTime at={lastAt} /> : 'Nothing yet'}
      </span>
    </Link>
  )
}

function AddButtons({ workflowId }: { workflowId: string }) {
  const queryClient = useQueryClient()
  const navigate = useNavigate({ from: '/workflows/$workflowId/sources' })
  const params = { workflowId }
  const act = useAct(createSource, {
    onSuccess: async made => {
      await queryClient.invalidateQueries({ queryKey: routeKey(listSources, { params }) })
      await navigate({ to: '/workflows/$workflowId/sources', params, search: { source: made.id } })
    },
    onError: error => sayFailed(error),
  })
  const add = (kind: SourceKind) => act.mutate({ params, body: { kind, name: KIND_WORDS[kind] } })
  return (
    <div className={classes.acts}>
      <Button
        leftSection={<Plus size={14} aria-hidden="true" />}
        disabled={act.isPending}
        onClick={() => add('webhook')}
      >
        Add a webhook
      </Button>
      <Button
        leftSection={<CalendarClock size={14} aria-hidden="true" />}
        disabled={act.isPending}
        onClick={() => add('calendly')}
      >
        Add Calendly
      </Button>
    </div>
  )
}
