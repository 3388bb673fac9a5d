import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getSamples, removeSamples } from '#modules/iam/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { Section } from '../../../ui/page.tsx'
import { toastDone } from '../../../ui/toast-store.ts'

/** The way out of the sample data; nothing where there is none. */
export function SampleData() {
  const queryClient = useQueryClient()
  const query = useQuery(routeQuery(getSamples, {}))
  const act = useAct(removeSamples, {
    onSuccess: () => {
      toastDone('The sample data are gone.')
      void queryClient.invalidateQueries()
    },
    onError: error => sayFailed(error),
  })
  if (!query.data?.records || act.isPending) return null
  return (
    <Section
      title="Sample data"
      about="This organization was filled with companies, people, deals, a form and a workflow to look at."
    >
      <div>
        <InlineConfirm
          label="Remove the sample data"
          consequence="The sample form closes, and leads that came in through it go too. What you have made stays."
          onConfirm={() => act.mutate({})}
        />
      </div>
    </Section>
  )
}
