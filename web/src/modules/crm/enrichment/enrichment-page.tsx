import { useQuery } from '@tanstack/react-query'
import { listEnrichmentProviders } from '#modules/crm/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { useMay } from '../../../shell/session.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { PageBody, Section } from '../../../ui/page.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { ProviderForm } from './provider-form.tsx'

/** The services that are asked for what is not known, in the order they are asked, and what they cost. */
export function EnrichmentPage() {
  useTitle('Enrichment')
  const mayManage = useMay('organization:manage')
  const query = useQuery(routeQuery(listEnrichmentProviders, {}))
  if (query.isError) return <PageError error={query.error} reset={query.refetch} />
  if (!query.data) return <TableSkeleton rows={3} />
  const { items } = query.data
  const enabled = items.filter(({ isEnabled }) => isEnabled)
  return (
    <PageBody>
      {items.map(provider => (
        <Section key={provider.provider} title={provider.name} about={provider.about}>
          <ProviderForm
            provider={provider}
            above={enabled[enabled.indexOf(provider) - 1]}
            mayManage={mayManage}
          />
        </Section>
      ))}
    </PageBody>
  )
}
