import { useLocalStorage } from '@mantine/hooks'
import type { RecordField } from '#modules/crm/contract.ts'
import { useOrganization } from '../../../shell/session.ts'
import type { LeadLook } from './use-lead-look.ts'

/** The columns a list of leads has by itself, behind the name. */
const PLAIN = ['email', 'status', 'ownerUserId', 'createdAt']
const NAME = 'name'

/** Which columns the list of a workflow has; this browser remembers it. */
export function useListColumns(workflowId: string, { fields }: LeadLook) {
  const { id: orgId } = useOrganization()
  const [chosen, choose] = useLocalStorage<readonly string[] | null>({
    key: `millrace.leads.columns.${orgId}.${workflowId}`,
    defaultValue: null,
    getInitialValueInEffect: false,
  })
  const kept = Array.isArray(chosen) ? chosen : PLAIN
  const shown = fields.columns.filter(({ key }) => key === NAME || kept.includes(key))
  const columns: readonly RecordField[] = [
    ...shown.filter(({ key }) => key === NAME),
    ...shown.filter(({ key }) => key !== NAME),
  ]
  const toggle = (key: string) =>
    choose(kept.includes(key) ? kept.filter(each => each !== key) : [...kept, key])
  return {
    columns,
    choices: fields.columns.filter(({ key }) => key !== NAME),
    isShown: (key: string) => kept.includes(key),
    toggle,
  }
}
