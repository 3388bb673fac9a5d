import { useQuery } from '@tanstack/react-query'
import { getPerson, type RecordObject } from '#modules/crm/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { PageMissing } from '../../../shell/page-missing.tsx'
import { isMissing } from '../../../shell/problem.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { Facts } from '../../../ui/facts.tsx'
import { Page, PageBody } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { FieldValue } from '../fields/field-value.tsx'
import { useRecordFields } from '../fields/use-record-fields.ts'
import type { RecordTab } from './record-tabs.ts'

interface RecordPageProps {
  object: RecordObject
  id: string
  tab: RecordTab | undefined
}

/** A person, a company or a deal as a page of its own. */
export function RecordPage({ object, id }: RecordPageProps) {
  const fields = useRecordFields(object)
  const { data, error } = useQuery(routeQuery(getPerson, { params: { personId: id } }))
  useTitle(data?.name ?? 'Person')
  if (isMissing(error)) return <PageMissing />
  const values = data as Readonly<Record<string, unknown>> | undefined
  return (
    <Page>
      <PageHeader title={data?.name ?? 'Person'} />
      <PageBody>
        {values ? (
          <Facts
            items={fields.map(field => ({
              label: field.label,
              value: <FieldValue field={field} value={values[field.key]} />,
            }))}
          />
        ) : null}
      </PageBody>
    </Page>
  )
}
