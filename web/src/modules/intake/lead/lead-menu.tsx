import { Menu } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Ellipsis, Trash2, UserRound } from 'lucide-react'
import {
  deleteLead,
  getBoard,
  getLead,
  type Lead,
  listDeletedLeads,
  listLeads,
  restoreLead,
} from '#modules/intake/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { queryClient } from '../../../shell/query.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { toastUndo } from '../../../ui/toast-store.ts'

function renew(): Promise<unknown> {
  const routes = [getBoard, getLead, listLeads, listDeletedLeads]
  return Promise.all(routes.map(route => queryClient.invalidateQueries({ queryKey: routeKey(route) })))
}

/** What else can be done with a lead: its person, and deleting it. */
export function LeadMenu({ lead }: { lead: Lead }) {
  const navigate = useNavigate()
  const mayWrite = useMay('leads:write')
  const mayReadPeople = useMay('people:read')
  const restore = useAct(restoreLead, { onError: error => sayFailed(error), onSettled: renew })
  const remove = useAct(deleteLead, {
    onSuccess: (_nothing, input) => {
      navigate({ to: '/leads', search: true })
      toastUndo(`${lead.name} is deleted.`, () => restore.mutate({ params: input.params }))
      // The page of a lead that is gone would only say so.
      queryClient.removeQueries({ queryKey: routeKey(getLead, { params: input.params }) })
    },
    onError: (error, input) => sayFailed(error, () => remove.mutate(input)),
    onSettled: renew,
  })
  if (!mayWrite && !mayReadPeople) return null
  return (
    <Menu width={200} position="bottom-end" returnFocus>
      <Menu.Target>
        <IconButton label="More for this lead">
          <Ellipsis size={16} />
        </IconButton>
      </Menu.Target>
      <Menu.Dropdown>
        {mayReadPeople ? (
          <Menu.Item
            leftSection={<UserRound size={14} />}
            onClick={() => navigate({ to: '/people/$personId', params: { personId: lead.personId } })}
          >
            Open the person
          </Menu.Item>
        ) : null}
        {mayWrite ? (
          <Menu.Item
            color="red"
            leftSection={<Trash2 size={14} />}
            onClick={() => remove.mutate({ params: { leadId: lead.id } })}
          >
            Delete the lead
          </Menu.Item>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  )
}
