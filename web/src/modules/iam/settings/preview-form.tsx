import { Button, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Eye } from 'lucide-react'
import { useState } from 'react'
import { listMembers, startPreview } from '#modules/iam/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useSession } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { showAs } from '../../../shell/view-as.ts'
import { toastFailed } from '../../../ui/toast-store.ts'
import classes from './access.module.css'
import { roleNames } from './role-names.ts'

const previewRoles = ['manager', 'member', 'viewer', 'guest'] as const

/** Chooses a member or a role, and shows the app as they see it. */
export function PreviewForm() {
  const { user } = useSession()
  const members = useQuery(routeQuery(listMembers, { query: { status: 'active', limit: 100 } }))
  const [target, setTarget] = useState<string | null>('member')
  const start = useAct(startPreview, {
    onSuccess: ({ target, name, role }) => {
      const isRole = target === role
      showAs({ target, name: isRole ? roleNames[role].toLowerCase() : name, isRole })
    },
    onError: error => {
      const { what, requestId } = problemWords(error)
      toastFailed({ message: 'The view could not be opened.', detail: what, requestId })
    },
  })
  const others = (members.data?.items ?? []).filter(member => member.userId !== user.id)
  return (
    <form
      className={classes.preview}
      onSubmit={event => {
        event.preventDefault()
        if (target) start.mutate({ body: { target } })
      }}
    >
      <Select
        className={classes.target}
        aria-label="Role or member"
        searchable
        allowDeselect={false}
        nothingFoundMessage="Nobody fits that."
        data={[
          { group: 'Roles', items: previewRoles.map(role => ({ value: role, label: roleNames[role] })) },
          { group: 'Members', items: others.map(member => ({ value: member.id, label: member.name })) },
        ].filter(({ items }) => items.length > 0)}
        value={target}
        onChange={setTarget}
      />
      <Button type="submit" loading={start.isPending} leftSection={<Eye size={14} aria-hidden="true" />}>
        View as
      </Button>
    </form>
  )
}
