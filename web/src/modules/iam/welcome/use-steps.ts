import { useQuery } from '@tanstack/react-query'
import { listWorkflows } from '#modules/flow/contract.ts'
import { listInvitations, listMembers } from '#modules/iam/contract.ts'
import { listLeads } from '#modules/intake/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { useMay, useOrganization } from '../../../shell/session.ts'

export interface Step {
  readonly id: 'form' | 'entry' | 'team' | 'look'
  readonly title: string
  readonly about: string
  readonly isDone: boolean
}

/** The first steps of an organization and how far they are; undefined while it is read. */
export function useSteps(): readonly Step[] | undefined {
  const { branding } = useOrganization()
  const mayInvite = useMay('members:manage')
  const workflows = useQuery(routeQuery(listWorkflows, {}))
  const leads = useQuery(routeQuery(listLeads, { query: { limit: 1 } }))
  const members = useQuery(routeQuery(listMembers, { query: { limit: 2 } }))
  const invitations = useQuery({
    ...routeQuery(listInvitations, { query: { limit: 1 } }),
    enabled: mayInvite,
  })
  if (!workflows.data || !leads.data || !members.data) return undefined
  return [
    {
      id: 'form',
      title: 'Put a form online',
      about: 'A form with a workflow behind it: who writes to you becomes a lead.',
      isDone: workflows.data.items.some(({ status }) => status === 'active'),
    },
    {
      id: 'entry',
      title: 'Send a test entry',
      about: 'See the lead arrive and the workflow react.',
      isDone: leads.data.items.length > 0,
    },
    {
      id: 'team',
      title: 'Invite your team',
      about: 'Everybody sees the same board, live.',
      isDone: members.data.items.length > 1 || (invitations.data?.items.length ?? 0) > 0,
    },
    {
      id: 'look',
      title: 'Give it your look',
      about: 'Your logo and color on forms and on the sign-in page.',
      isDone: branding.logoUrl !== null || branding.accentColor !== null,
    },
  ]
}
