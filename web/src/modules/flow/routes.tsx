import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import {
  getApproval,
  getRun,
  getWorkflow,
  listTemplates,
  listWorkflows,
  RunStatus,
} from '#modules/flow/contract.ts'
import { getFormDraft, listSources } from '#modules/intake/contract.ts'
import { Id } from '#platform/contract/fields.ts'
import { routeQuery } from '../../shell/api.ts'
import { appRoute } from '../../shell/root-routes.tsx'
import { ANALYTICS_RANGES, type AnalyticsRange } from '../intake/analytics/analytics-span.ts'
import { FORM_PARTS, type Part } from '../intake/builder/parts.ts'
import { type ApprovalFilter, approvalFilters } from './approvals/filters.ts'
import { CATEGORIES } from './gallery/template-words.ts'
import { renewFlowOnLive } from './live-renewal.ts'
import { LOG_LEVELS, type LogLevel } from './run/log-levels.ts'
import { METRICS_RANGES, type MetricsRange } from './workflow/metrics-span.ts'
import { RUN_SPANS, type RunFilters } from './workflow/run-filters.ts'

renewFlowOnLive()

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

interface CanvasSearch {
  /** The node whose settings are shown. */
  node?: string | undefined
  /** What is drawn when the draft differs from what runs. */
  graph?: 'published' | undefined
  /** Whether the list of problems is open. */
  problems?: true | undefined
  /** The draft as a list of steps in place of the drawing. */
  as?: 'list' | undefined
  /** Whether the nodes say how they went lately. */
  figures?: true | undefined
}

interface MetricsSearch {
  range?: MetricsRange | undefined
}

interface RunSearch {
  /** The number of the step that is shown; without it, the most telling one. */
  step?: number | undefined
  /** A node the run has not reached. */
  node?: string | undefined
  /** Where to repeat the run from, while that is asked: the number of a step, 0 for the trigger. */
  repeat?: number | undefined
  /** The log in place of the steps. */
  view?: 'log' | undefined
  /** The least level of the log lines that are shown. */
  level?: LogLevel | undefined
}

const workflowsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/workflows',
  loader: ({ context }) => void context.queryClient.prefetchQuery(routeQuery(listWorkflows, {})),
  component: lazyRouteComponent(() => import('./workflows/workflow-list.tsx'), 'WorkflowListPage'),
})

const workflowRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/workflows/$workflowId',
  loader: ({ context, params: { workflowId } }) =>
    void context.queryClient.prefetchQuery(routeQuery(getWorkflow, { params: { workflowId } })),
  component: lazyRouteComponent(() => import('./workflow/workflow-page.tsx'), 'WorkflowPage'),
})

const canvasRoute = createRoute({
  getParentRoute: () => workflowRoute,
  path: '/',
  validateSearch: (search: Record<string, unknown>): CanvasSearch => ({
    node: text(search.node),
    graph: search.graph === 'published' ? 'published' : undefined,
    problems: search.problems === true ? true : undefined,
    as: search.as === 'list' ? 'list' : undefined,
    figures: search.figures === true ? true : undefined,
  }),
  component: lazyRouteComponent(() => import('./workflow/canvas-tab.tsx'), 'CanvasTab'),
})

const runsRoute = createRoute({
  getParentRoute: () => workflowRoute,
  path: 'runs',
  validateSearch: (search: Record<string, unknown>): RunFilters => ({
    status: RunStatus.safeParse(search.status).data,
    trigger: text(search.trigger),
    since: RUN_SPANS.find(span => span === search.since),
  }),
  component: lazyRouteComponent(() => import('./workflow/runs-tab.tsx'), 'RunsTab'),
})

const metricsRoute = createRoute({
  getParentRoute: () => workflowRoute,
  path: 'metrics',
  validateSearch: (search: Record<string, unknown>): MetricsSearch => ({
    range: METRICS_RANGES.find(range => range === search.range),
  }),
  component: lazyRouteComponent(() => import('./workflow/metrics-tab.tsx'), 'MetricsTab'),
})

const triggerRoute = createRoute({
  getParentRoute: () => workflowRoute,
  path: 'trigger',
  component: lazyRouteComponent(() => import('./workflow/trigger-tab.tsx'), 'TriggerTab'),
})

interface VersionsSearch {
  /** The version that is shown; without it, what is newest. */
  version?: number | undefined
  /** The node that is pointed at. */
  node?: string | undefined
}

const versionsRoute = createRoute({
  getParentRoute: () => workflowRoute,
  path: 'versions',
  validateSearch: (search: Record<string, unknown>): VersionsSearch => ({
    version:
      Number.isInteger(search.version) && Number(search.version) > 0 ? Number(search.version) : undefined,
    node: text(search.node),
  }),
  component: lazyRouteComponent(() => import('./versions/versions-tab.tsx'), 'VersionsTab'),
})

interface TrySearch {
  /** The run, or the event, whose beginning is taken. */
  run?: string | undefined
  event?: string | undefined
  /** Whether what happened lately is looked at, and how much of it. */
  look?: 'past' | undefined
  last?: number | undefined
}

const tryRoute = createRoute({
  getParentRoute: () => workflowRoute,
  path: 'try',
  validateSearch: (search: Record<string, unknown>): TrySearch => ({
    run: Id.safeParse(search.run).data,
    event: Id.safeParse(search.event).data,
    look: search.look === 'past' ? 'past' : undefined,
    last: search.last === 20 || search.last === 500 ? search.last : undefined,
  }),
  component: lazyRouteComponent(() => import('./trial/try-tab.tsx'), 'TryTab'),
})

interface FormSearch {
  /** What of the form is edited beside its preview; without it, its fields. */
  part?: Exclude<Part, 'fields'> | undefined
}

const formRoute = createRoute({
  getParentRoute: () => workflowRoute,
  path: 'form',
  validateSearch: (search: Record<string, unknown>): FormSearch => ({
    part: FORM_PARTS.find(part => part === search.part),
  }),
  loader: ({ context, params: { workflowId } }) =>
    void context.queryClient.prefetchQuery(routeQuery(getFormDraft, { params: { workflowId } })),
  component: lazyRouteComponent(() => import('../intake/builder/form-tab.tsx'), 'FormTab'),
})

interface SourcesSearch {
  /** The source that is shown. */
  source?: string | undefined
}

const sourcesRoute = createRoute({
  getParentRoute: () => workflowRoute,
  path: 'sources',
  validateSearch: (search: Record<string, unknown>): SourcesSearch => {
    const source = Id.safeParse(search.source)
    return source.success ? { source: source.data } : {}
  },
  loader: ({ context, params: { workflowId } }) =>
    void context.queryClient.prefetchQuery(routeQuery(listSources, { params: { workflowId } })),
  component: lazyRouteComponent(() => import('../intake/sources/sources-tab.tsx'), 'SourcesTab'),
})

const settingsRoute = createRoute({
  getParentRoute: () => workflowRoute,
  path: 'settings',
  component: lazyRouteComponent(() => import('./workflow/settings-tab.tsx'), 'SettingsTab'),
})

interface FormAnalyticsSearch {
  range?: AnalyticsRange | undefined
  /** The version of the form that is looked at alone. */
  version?: number | undefined
}

const formAnalyticsRoute = createRoute({
  getParentRoute: () => workflowRoute,
  path: 'form/analytics',
  validateSearch: (search: Record<string, unknown>): FormAnalyticsSearch => ({
    range: ANALYTICS_RANGES.find(range => range === search.range),
    version:
      Number.isInteger(search.version) && Number(search.version) > 0 ? Number(search.version) : undefined,
  }),
  component: lazyRouteComponent(() => import('../intake/analytics/analytics-tab.tsx'), 'AnalyticsTab'),
})

const runRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/runs/$runId',
  validateSearch: (search: Record<string, unknown>): RunSearch => ({
    step: typeof search.step === 'number' ? search.step : undefined,
    node: text(search.node),
    repeat: typeof search.repeat === 'number' && search.repeat >= 0 ? search.repeat : undefined,
    view: search.view === 'log' ? 'log' : undefined,
    level: LOG_LEVELS.find(level => level === search.level),
  }),
  loader: ({ context, params: { runId } }) =>
    void context.queryClient.prefetchQuery(routeQuery(getRun, { params: { runId } })),
  component: lazyRouteComponent(() => import('./run/run-page.tsx'), 'RunPage'),
})

interface FailedRunsSearch {
  /** Only runs of this workflow. */
  workflow?: string | undefined
}

const failedRunsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/failed-runs',
  validateSearch: (search: Record<string, unknown>): FailedRunsSearch => ({
    workflow: Id.safeParse(search.workflow).data,
  }),
  component: lazyRouteComponent(() => import('./failed-runs/failed-runs-page.tsx'), 'FailedRunsPage'),
})

interface GallerySearch {
  category?: (typeof CATEGORIES)[number] | undefined
  /** The template that is looked at. */
  template?: string | undefined
}

const galleryRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/workflow-templates',
  validateSearch: (search: Record<string, unknown>): GallerySearch => ({
    category: CATEGORIES.find(category => category === search.category),
    template: text(search.template),
  }),
  loader: ({ context }) => void context.queryClient.prefetchQuery(routeQuery(listTemplates, {})),
  component: lazyRouteComponent(() => import('./gallery/gallery-page.tsx'), 'GalleryPage'),
})

const importRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/import-workflow',
  component: lazyRouteComponent(() => import('./files/import-workflow-page.tsx'), 'ImportWorkflowPage'),
})

interface ApprovalsSearch {
  status?: ApprovalFilter | undefined
}

const approvalsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/approvals',
  validateSearch: (search: Record<string, unknown>): ApprovalsSearch => ({
    status: approvalFilters.find(filter => filter === search.status),
  }),
  component: lazyRouteComponent(() => import('./approvals/approvals-page.tsx'), 'ApprovalsPage'),
})

const noApprovalRoute = createRoute({ getParentRoute: () => approvalsRoute, path: '/' })

/** Drawn by the page of the list, over it. */
const approvalRoute = createRoute({
  getParentRoute: () => approvalsRoute,
  path: '$approvalId',
  loader: ({ context, params }) => {
    void context.queryClient.prefetchQuery(routeQuery(getApproval, { params }))
  },
})

export const flowRoutes = [
  workflowsRoute,
  workflowRoute.addChildren([
    canvasRoute,
    formRoute,
    formAnalyticsRoute,
    sourcesRoute,
    runsRoute,
    metricsRoute,
    triggerRoute,
    tryRoute,
    versionsRoute,
    settingsRoute,
  ]),
  runRoute,
  failedRunsRoute,
  galleryRoute,
  importRoute,
  approvalsRoute.addChildren([noApprovalRoute, approvalRoute]),
]
