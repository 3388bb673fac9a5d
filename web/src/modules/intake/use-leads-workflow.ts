import { useLocalStorage } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { listWorkflows } from '#modules/flow/contract.ts'
import { routeQuery } from '../../shell/api.ts'
import { useOrganization } from '../../shell/session.ts'
import { chosenWorkflow, workflowsWithLeads } from './chosen-workflow.ts'

const route = getRouteApi('/app/leads')

/** The address bar may be on its way to another page, to which nothing is to be added. */
const isLeadsPath = (pathname: string) => /^\/leads(\/|$)/.test(pathname)

/** Which workflow's leads are shown: the one in the address, or the one shown last. Keeps both in step. */
export function useLeadsWorkflow() {
  const navigate = useNavigate()
  const { id: orgId } = useOrganization()
  const { workflow: asked } = route.useSearch()
  const [remembered, remember] = useLocalStorage<string | null>({
    key: `millrace.leads.workflow.${orgId}`,
    defaultValue: null,
    getInitialValueInEffect: false,
  })
  const list = useQuery(routeQuery(listWorkflows, {}))
  const workflows = workflowsWithLeads(list.data?.items ?? [])
  const chosenId = chosenWorkflow(workflows, asked, remembered)
  const known = list.data?.items.find(workflow => workflow.id === chosenId)
  const isKnown = known !== undefined

  useEffect(() => {
    if (chosenId === undefined || !isKnown) return
    if (asked === undefined && isLeadsPath(window.location.pathname)) {
      navigate({ to: '.', search: before => ({ ...before, workflow: chosenId }), replace: true, state: true })
    }
    if (remembered !== chosenId) remember(chosenId)
  }, [asked, chosenId, isKnown, remembered, remember, navigate])

  const choose = (workflow: string) => navigate({ to: '/leads', search: { workflow } })
  return { list, workflows, chosenId, name: known?.name, choose }
}
