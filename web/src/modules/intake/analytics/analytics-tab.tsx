import { NativeSelect } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ChartColumn } from 'lucide-react'
import { type FormAnalytics, getFormAnalytics } from '#modules/intake/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { isMissing } from '../../../shell/problem.ts'
import { useMay, useOrganization } from '../../../shell/session.ts'
import { Choice } from '../../../ui/choice.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import classes from './analytics.module.css'
import { ANALYTICS_RANGES, type AnalyticsRange, firstDayOf } from './analytics-span.ts'
import { Drop } from './drop.tsx'
import { Funnel } from './funnel.tsx'
import { Origins } from './origins.tsx'
import { Unsent } from './unsent.tsx'

const from = '/app/workflows/$workflowId/form/analytics' as const

const RANGE_WORDS: Readonly<Record<AnalyticsRange, string>> = {
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
  '365d': 'A year',
}

/** How the form of a workflow is used. */
export function AnalyticsTab() {
  const { workflowId } = useParams({ from })
  const { range = '30d', version } = useSearch({ from })
  const navigate = useNavigate()
  const { timeZone } = useOrganization()
  const maySeeLeads = useMay('leads:read')
  const { data, error, refetch } = useQuery({
    ...routeQuery(getFormAnalytics, {
      params: { workflowId },
      query: { from: firstDayOf(range, Date.now(), timeZone), ...(version ? { version } : {}) },
    }),
    placeholderData: keepPreviousData,
  })
  const show = (search: { range?: AnalyticsRange; version?: number | undefined }) =>
    navigate({
      to: '/workflows/$workflowId/form/analytics',
      params: { workflowId },
      search: { range, version, ...search },
      replace: true,
    })
  if (isMissing(error)) {
    return (
      <EmptyState icon={<ChartColumn size={20} />} action={<FormLink workflowId={workflowId} />}>
        Once this workflow has a form, this page says how many see it, begin it and send it.
      </EmptyState>
    )
  }
  return (
    <div className={classes.tab}>
      <div className={classes.bar}>
        <Choice
          label="Time"
          options={ANALYTICS_RANGES.map(value => ({ value, label: RANGE_WORDS[value] }))}
          value={range}
          onChange={value => show({ range: value })}
        />
        {data && (data.versions.length > 1 || version !== undefined) ? (
          <NativeSelect
            aria-label="Version"
            value={version ?? ''}
            onChange={event => show({ version: Number(event.currentTarget.value) || undefined })}
          >
            <option value="">All versions</option>
            {versionsOf(data, version).map(number => (
              <option key={number} value={number}>
                Version {number}
              </option>
            ))}
          </NativeSelect>
        ) : null}
        <span className={classes.rest} />
        <FormLink workflowId={workflowId} />
      </div>
      {data ? (
        <Figured analytics={data} />
      ) : error ? (
        <PageError error={error} reset={refetch} />
      ) : (
        <RecordSkeleton />
      )}
      {maySeeLeads ? <Unsent workflowId={workflowId} /> : null}
    </div>
  )
}

/** Also the one that is asked for, when nobody has seen it in the span. */
function versionsOf({ versions }: FormAnalytics, asked: number | undefined): number[] {
  const seen = versions.map(({ version }) => version)
  return asked === undefined || seen.includes(asked) ? seen : [asked, ...seen]
}

function FormLink({ workflowId }: { workflowId: string }) {
  return (
    <Link to="/workflows/$workflowId/form" params={{ workflowId }}>
      To the form
    </Link>
  )
}

function Figured({ analytics }: { analytics: FormAnalytics }) {
  if (analytics.views === 0) {
    return (
      <EmptyState icon={<ChartColumn size={20} />}>
        Nobody has opened the form in this time. Share its link, and what visitors do is counted here, without
        cookies and without knowing who they are.
      </EmptyState>
    )
  }
  return (
    <>
      <Funnel analytics={analytics} />
      <Drop analytics={analytics} />
      <Origins analytics={analytics} />
    </>
  )
}
