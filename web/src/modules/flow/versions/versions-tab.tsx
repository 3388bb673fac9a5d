import { Button } from '@mantine/core'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import {
  diffGraphs,
  type Graph,
  getVersion,
  getWorkflow,
  listVersions,
  restoreVersion,
  saveDraft,
  type WorkflowDetail,
} from '#modules/flow/contract.ts'
import { call, routeKey, routeQuery } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { toastUndo } from '../../../ui/toast-store.ts'
import { Canvas } from '../canvas/canvas.tsx'
import { counted } from '../words.ts'
import { isSameGraph } from '../workflow/same-graph.ts'
import { ChangeList } from './change-list.tsx'
import { changeLines } from './change-words.ts'
import { diffDrawing } from './diff-drawing.ts'
import classes from './versions.module.css'

const from = '/app/workflows/$workflowId/versions' as const

/** What was published when and by whom, what each version changed, and a way back to it. */
export function VersionsTab() {
  const { workflowId } = useParams({ from })
  const { data: workflow } = useQuery(routeQuery(getWorkflow, { params: { workflowId } }))
  if (!workflow) return null
  if (workflow.publishedVersion === null)
    return <EmptyState>Each time you publish, what was drawn is kept here as a version.</EmptyState>
  return <Versions workflow={workflow} last={workflow.publishedVersion} />
}

function Versions({ workflow, last }: { workflow: WorkflowDetail; last: number }) {
  const search = useSearch({ from })
  const isAhead = workflow.published !== null && !isSameGraph(workflow.published, workflow.draft)
  // Without a choice, what is newest: the changes that are not published, else the last version.
  const chosen = search.version ?? (isAhead ? 'draft' : last)
  return (
    <div className={classes.layout}>
      <VersionList workflow={workflow} chosen={chosen} isAhead={isAhead} />
      {chosen === 'draft' ? (
        <Comparison
          key="draft"
          workflow={workflow}
          title="Draft"
          after={workflow.draft}
          against={workflow.publishedVersion}
          restores={undefined}
        />
      ) : (
        <Version key={chosen} workflow={workflow} number={chosen} />
      )}
    </div>
  )
}

interface VersionListProps {
  workflow: WorkflowDetail
  chosen: number | 'draft'
  isAhead: boolean
}

function VersionList({ workflow, chosen, isAhead }: VersionListProps) {
  const params = { workflowId: workflow.id }
  const list = useInfiniteQuery({
    // A publication makes another list.
    queryKey: [...routeKey(listVersions, { params }), workflow.publishedVersion],
    queryFn: ({ pageParam, signal }) =>
      call(
        listVersions,
        { params, query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
  if (list.isError) return <PageError error={list.error} reset={list.refetch} />
  const versions = list.data?.pages.flatMap(page => page.items) ?? []
  return (
    <nav className={classes.list} aria-label="Versions">
      <ol className={classes.versions}>
        {isAhead ? (
          <li>
            <VersionLink workflowId={workflow.id} version={undefined} isChosen={chosen === 'draft'}>
              <span className={classes.title}>Draft</span>
              <span className={classes.by}>Changes that are not published</span>
            </VersionLink>
          </li>
        ) : null}
        {versions.map(version => (
          <li key={version.number}>
            <VersionLink
              workflowId={workflow.id}
              version={version.number}
              isChosen={chosen === version.number}
            >
              <span className={classes.title}>
                Version {version.number}
                {version.isPublished ? <span className={classes.live}>Published</span> : null}
              </span>
              <span className={classes.by}>
                {version.publishedBy ? `${version.publishedBy.name}, ` : null}
                <RelativeTime at={version.publishedAt} />
              </span>
            </VersionLink>
          </li>
        ))}
      </ol>
      {list.hasNextPage ? (
        <div className={classes.more}>
          <Button size="xs" loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
            Load older ones
          </Button>
        </div>
      ) : null}
    </nav>
  )
}

interface VersionLinkProps {
  workflowId: string
  version: number | undefined
  isChosen: boolean
  children: React.ReactNode
}

function VersionLink({ workflowId, version, isChosen, children }: VersionLinkProps) {
  return (
    <Link
      to="/workflows/$workflowId/versions"
      params={{ workflowId }}
      search={version === undefined ? {} : { version }}
      className={classes.version}
      data-status={isChosen ? 'active' : undefined}
      aria-current={isChosen ? 'page' : undefined}
      activeProps={{}}
      replace
    >
      {children}
    </Link>
  )
}

function Version({ workflow, number }: { workflow: WorkflowDetail; number: number }) {
  const params = { workflowId: workflow.id, number }
  const { data, error, refetch } = useQuery(routeQuery(getVersion, { params }))
  if (error) return <PageError error={error} reset={refetch} />
  if (!data) return <RecordSkeleton />
  return (
    <Comparison
      workflow={workflow}
      title={`Version ${number}`}
      after={data.graph}
      against={number > 1 ? number - 1 : null}
      restores={isSameGraph(data.graph, workflow.draft) ? undefined : number}
    />
  )
}

interface ComparisonProps {
  workflow: WorkflowDetail
  title: string
  after: Graph
  /** The version it is compared with; null for the first one. */
  against: number | null
  /** The version to go back to; undefined where the draft is that already. */
  restores: number | undefined
}

const EMPTY: Graph = { nodes: [], edges: [] }

function Comparison({ workflow, title, after, against, restores }: ComparisonProps) {
  const params = { workflowId: workflow.id, number: against ?? 1 }
  const before = useQuery({ ...routeQuery(getVersion, { params }), enabled: against !== null })
  const navigate = useNavigate({ from: '/workflows/$workflowId/versions' })
  const { node } = useSearch({ from })
  const old = against === null ? EMPTY : before.data?.graph
  const drawing = useMemo(
    () =>
      old && against !== null
        ? diffDrawing(old, after)
        : { graph: after, nodes: new Map<string, never>(), edges: new Map<string, never>() },
    [old, against, after],
  )
  const lines = useMemo(
    () => (old && against !== null ? changeLines(diffGraphs(old, after), { before: old, after }) : []),
    [old, against, after],
  )
  const show = (id: string | undefined) =>
    navigate({ search: search => ({ ...search, node: id }), replace: true })
  const what = against === null ? 'What it began with' : `Changed since version ${against}`
  return (
    <>
      <div className={classes.stage}>
        <Canvas
          graph={drawing.graph}
          label={`${title} of ${workflow.name}`}
          selectedId={node}
          onSelect={show}
          diff={drawing}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <section className={classes.side} aria-label={`Changes of ${title.toLowerCase()}`} tabIndex={0}>
        <h2 className={classes.heading}>{what}</h2>
        {before.error ? <PageError error={before.error} reset={before.refetch} /> : null}
        {against === null ? (
          <p className={classes.quiet}>
            {counted(after.nodes.length, 'step')}, {counted(after.edges.length, 'connection')}.
          </p>
        ) : old && lines.length === 0 ? (
          <p className={classes.quiet}>Nothing but the time.</p>
        ) : null}
        <ChangeList lines={lines} onShow={show} />
        {restores === undefined ? null : <Restore workflow={workflow} number={restores} />}
      </section>
    </>
  )
}

/** Puts a version into the draft; what stood there comes back with undo. */
function Restore({ workflow, number }: { workflow: WorkflowDetail; number: number }) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const mayWrite = useMay('workflows:write')
  const params = { workflowId: workflow.id }
  const keep = (detail: WorkflowDetail) => queryClient.setQueryData(routeKey(getWorkflow, { params }), detail)
  const back = useAct(saveDraft, { onSuccess: keep, onError: error => sayFailed(error) })
  const act = useAct(restoreVersion, {
    onSuccess: restored => {
      keep(restored)
      toastUndo(`The draft is version ${number} again. Publish it to let new runs follow it.`, () =>
        back.mutate({ params, body: { graph: workflow.draft, revision: restored.revision } }),
      )
      void navigate({ to: '/workflows/$workflowId', params })
    },
    onError: error => sayFailed(error),
  })
  if (!mayWrite) return null
  return (
    <div className={classes.actions}>
      <Button
        loading={act.isPending}
        onClick={() => act.mutate({ params: { ...params, number }, body: { revision: workflow.revision } })}
      >
        Make this the draft
      </Button>
    </div>
  )
}
