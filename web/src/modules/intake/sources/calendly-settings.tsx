import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type CalendlySourceSettings, listLeadColumns, type Source } from '#modules/intake/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { useMay } from '../../../shell/session.ts'
import { Section } from '../../../ui/page.tsx'
import { useChangeSource } from './source-detail.tsx'
import classes from './sources.module.css'

const STAYS = ' stays'

/** Where a lead goes when it books a meeting, and where when it cancels. */
export function CalendlySettings({ source, settings }: { source: Source; settings: CalendlySourceSettings }) {
  const may = useMay('forms:write')
  const mayLeads = useMay('leads:read')
  const change = useChangeSource(source)
  const params = { workflowId: source.workflowId }
  const { data } = useQuery({ ...routeQuery(listLeadColumns, { params }), enabled: mayLeads })
  const columns = [
    { value: STAYS, label: 'Nowhere, it stays' },
    ...(data?.items ?? []).map(({ status, name }) => ({ value: status, label: name })),
  ]
  const put = (next: Partial<CalendlySourceSettings>) =>
    change.mutate({ params: { leadSourceId: source.id }, body: { calendly: { ...settings, ...next } } })
  const chosen = (value: string | null) => (value === STAYS ? null : value)
  return (
    <Section
      title="Board"
      about="A lead that is won stays where it is, and one that has moved on is not taken back."
    >
      <div className={classes.fields}>
        <Select
          label="Who books goes to"
          data={columns}
          value={settings.bookedStatus ?? STAYS}
          allowDeselect={false}
          disabled={!may || change.isPending}
          onChange={value => put({ bookedStatus: chosen(value) })}
        />
        <Select
          label="Who cancels goes to"
          data={columns}
          value={settings.canceledStatus ?? STAYS}
          allowDeselect={false}
          disabled={!may || change.isPending}
          onChange={value => put({ canceledStatus: chosen(value) })}
        />
      </div>
    </Section>
  )
}
