import { useQueryClient } from '@tanstack/react-query'
import { listSources, rotateSourceSecret, type Source } from '#modules/intake/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { SecretChange } from '../../../shell/secret-change.tsx'
import { useAct } from '../../../shell/use-act.ts'

/** Gives a source another secret and shows it this once. */
export function SourceSecret({ source: { id, kind, workflowId } }: { source: Source }) {
  const queryClient = useQueryClient()
  const isCalendly = kind === 'calendly'
  const act = useAct(rotateSourceSecret, {
    onSuccess: () =>
      void queryClient.invalidateQueries({ queryKey: routeKey(listSources, { params: { workflowId } }) }),
  })
  return (
    <SecretChange
      word={isCalendly ? 'signing key' : 'secret'}
      own={{
        label: isCalendly ? 'Signing key of Calendly' : 'Secret of the sender',
        about: 'Only when the sender has made one. Otherwise one is made here.',
      }}
      act={act}
      onChange={body => act.mutate({ params: { leadSourceId: id }, body })}
    />
  )
}
