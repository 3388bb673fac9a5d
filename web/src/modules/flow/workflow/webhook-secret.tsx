import { useQueryClient } from '@tanstack/react-query'
import { getWebhook, rotateWebhookSecret } from '#modules/flow/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { SecretChange } from '../../../shell/secret-change.tsx'
import { useAct } from '../../../shell/use-act.ts'

/** Gives a webhook another secret and shows it this once. */
export function WebhookSecret({ workflowId }: { workflowId: string }) {
  const queryClient = useQueryClient()
  const params = { workflowId }
  const act = useAct(rotateWebhookSecret, {
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: routeKey(getWebhook, { params }) }),
  })
  return (
    <SecretChange
      word="secret"
      own={{
        label: 'Secret of the sender',
        about: 'Only when the sender has made one, as Stripe does. Otherwise one is made here.',
      }}
      act={act}
      onChange={body => act.mutate({ params, body })}
    />
  )
}
