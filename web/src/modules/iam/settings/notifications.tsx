import { Switch } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import {
  getNotificationSettings,
  type NotificationKind,
  type NotificationSetting,
  setNotificationSettings,
} from '#modules/iam/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useOrganization, useSession } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { PageBody, Section } from '../../../ui/page.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import classes from './notifications.module.css'

const query = routeQuery(getNotificationSettings, {})

const WORDS: Readonly<Record<NotificationKind, { name: string; about: string }>> = {
  approvals: { name: 'Approvals', about: 'A workflow waits for a decision you may take.' },
  failed_runs: { name: 'Failed runs', about: 'A run of a workflow failed.' },
  mail_failures: { name: 'E-mails that failed', about: 'An e-mail was not sent, or nobody knows.' },
  member_news: { name: 'Members', about: 'Somebody joined or left the organization.' },
}

/** What the person is told about in this organization, and how. A switch acts at once. */
export function NotificationSettings() {
  useTitle('Notifications')
  const { user } = useSession()
  const organization = useOrganization()
  const queryClient = useQueryClient()
  const settings = useQuery(query)
  const act = useAct(setNotificationSettings, {
    onMutate: ({ body }) => {
      const before = queryClient.getQueryData(query.queryKey)
      const wanted = new Map(body.items.map(each => [each.kind, each]))
      queryClient.setQueryData(
        query.queryKey,
        old => old && { items: old.items.map(each => wanted.get(each.kind) ?? each) },
      )
      return before
    },
    onSuccess: after => queryClient.setQueryData(query.queryKey, after),
    onError: (error, _input, before) => {
      queryClient.setQueryData(query.queryKey, before as typeof settings.data)
      sayFailed(error)
    },
  })
  if (settings.isError) {
    return (
      <PageBody>
        <ErrorState {...problemWords(settings.error)} onRetry={() => settings.refetch()} />
      </PageBody>
    )
  }
  if (!settings.data) return <RecordSkeleton />
  return (
    <PageBody>
      <Section title="Notifications" about={`What you are told about in ${organization.name}.`}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">About</th>
              <th scope="col">In the app</th>
              <th scope="col">By e-mail</th>
            </tr>
          </thead>
          <tbody>
            {settings.data.items.map(each => (
              <SettingRow
                key={each.kind}
                setting={each}
                mayMail={user.emailVerified}
                onChange={next => act.mutate({ body: { items: [next] } })}
              />
            ))}
          </tbody>
        </table>
        <p className={classes.foot}>
          {user.emailVerified
            ? `E-mails go to ${user.email}, at most five an hour. What is switched off in the app stays in its list, already read.`
            : 'Confirm your e-mail address to get notifications by e-mail.'}
        </p>
      </Section>
    </PageBody>
  )
}

interface SettingRowProps {
  setting: NotificationSetting
  mayMail: boolean
  onChange: (next: NotificationSetting) => void
}

function SettingRow({ setting, mayMail, onChange }: SettingRowProps) {
  const { name, about } = WORDS[setting.kind]
  return (
    <tr>
      <td>
        <p className={classes.name}>{name}</p>
        <p className={classes.about}>{about}</p>
      </td>
      <td>
        <Switch
          aria-label={`${name} in the app`}
          checked={setting.inApp}
          onChange={event => onChange({ ...setting, inApp: event.currentTarget.checked })}
        />
      </td>
      <td>
        <Switch
          aria-label={`${name} by e-mail`}
          checked={setting.byEmail && mayMail}
          disabled={!mayMail}
          onChange={event => onChange({ ...setting, byEmail: event.currentTarget.checked })}
        />
      </td>
    </tr>
  )
}
