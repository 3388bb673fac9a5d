import { Select } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import {
  type AccessLevel,
  type AccessSettings,
  getAccessSettings,
  setAccessLevel,
} from '#modules/iam/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { renewOnLive } from '../../../shell/live.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { PageBody, Section } from '../../../ui/page.tsx'
import { Bar } from '../../../ui/skeleton.tsx'
import { toastFailed } from '../../../ui/toast-store.ts'
import classes from './access.module.css'
import { PreviewForm } from './preview-form.tsx'
import { roleNames } from './role-names.ts'

const query = routeQuery(getAccessSettings, {})

const levelWords: Readonly<Record<AccessLevel, string>> = {
  all: 'All of them',
  team: 'Those of their teams',
  own: 'Their own',
  shared: 'Shared with them',
}
const choices = (['all', 'team', 'own'] as const).map(value => ({ value, label: levelWords[value] }))

type Settings = AccessSettings
type RoleAccess = Settings['roles'][number]

/** Which records each role sees. */
export function AccessPage() {
  useTitle('Access')
  const mayManage = useMay('organization:manage')
  const settings = useQuery(query)
  useEffect(() => renewOnLive('access.', [getAccessSettings.id]), [])
  return (
    <PageBody>
      <Section
        title="What each role sees"
        about="A record belongs to its owner. Records that are shared with somebody are seen besides."
      >
        {settings.isError && !settings.data ? (
          <ErrorState {...problemWords(settings.error)} onRetry={() => settings.refetch()} />
        ) : settings.data ? (
          <Matrix settings={settings.data} mayManage={mayManage} />
        ) : (
          <div className={`${classes.wait} appear-late`} role="status" aria-label="Loading">
            <Bar width="80%" />
            <Bar width="64%" />
            <Bar width="72%" />
          </div>
        )}
      </Section>
      {mayManage ? (
        <Section
          title="View as"
          about="See the app as somebody else would. Only to look: nothing can be changed, and it is noted in the audit log."
        >
          <PreviewForm />
        </Section>
      ) : null}
    </PageBody>
  )
}

function Matrix({ settings, mayManage }: { settings: Settings; mayManage: boolean }) {
  const columns = `minmax(5rem, 1fr) repeat(${settings.objects.length}, minmax(8rem, 2fr))`
  return (
    <>
      <table className={classes.matrix} style={{ '--columns': columns } as React.CSSProperties}>
        <thead>
          <tr>
            <th scope="col">Role</th>
            {settings.objects.map(({ object, label }) => (
              <th key={object} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {settings.roles.map(access => (
            <tr key={access.role}>
              <th scope="row">{roleNames[access.role]}</th>
              {settings.objects.map(({ object, label }) => (
                <td key={object} data-label={label}>
                  <Cell access={access} object={object} label={label} mayManage={mayManage} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {mayManage ? null : <p className={classes.note}>Only an owner or an admin can change this.</p>}
    </>
  )
}

interface CellProps {
  access: RoleAccess
  object: string
  label: string
  mayManage: boolean
}

function Cell({ access: { role, canChange, levels }, object, label, mayManage }: CellProps) {
  const queryClient = useQueryClient()
  const act = useAct(setAccessLevel, {
    onSuccess: after => queryClient.setQueryData(query.queryKey, after),
    onError: (error, input) => {
      const { what, requestId } = problemWords(error)
      toastFailed({
        message: 'Nothing was changed.',
        detail: what,
        requestId,
        retry: () => act.mutate(input),
      })
    },
  })
  const level = levels[object] ?? 'all'
  if (!canChange || !mayManage) return <span className={classes.fixed}>{levelWords[level]}</span>
  return (
    <Select
      size="xs"
      aria-label={`${label} that a ${roleNames[role].toLowerCase()} sees`}
      data={choices}
      allowDeselect={false}
      // While it is being changed it shows what was asked for.
      value={act.isPending ? act.variables.body.level : level}
      onChange={value => {
        const wanted = choices.find(choice => choice.value === value)?.value
        const settable = role === 'manager' || role === 'member' || role === 'viewer'
        if (wanted && settable && wanted !== level) act.mutate({ body: { role, object, level: wanted } })
      }}
    />
  )
}
