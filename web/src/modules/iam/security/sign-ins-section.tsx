import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Monitor, Terminal } from 'lucide-react'
import {
  endOtherSignIns,
  endSignIn,
  listSignIns,
  type SignIn,
  seeCopiedTokens,
} from '#modules/iam/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import classes from './security.module.css'

const query = routeQuery(listSignIns, {})

/** Where the person is signed in, each ended by itself or all others at once. */
export function SignInsSection() {
  const queryClient = useQueryClient()
  const signIns = useQuery(query)
  const renew = () => queryClient.invalidateQueries({ queryKey: query.queryKey })
  const endOthers = useAct(endOtherSignIns, {
    onSuccess: () => {
      toastDone('Everything else is signed out.')
      return renew()
    },
    onError: error => sayFailed(error),
  })
  const see = useAct(seeCopiedTokens, { onSuccess: renew, onError: error => sayFailed(error) })
  if (signIns.isError) {
    return <ErrorState {...problemWords(signIns.error)} onRetry={() => signIns.refetch()} />
  }
  if (!signIns.data) return <div className={classes.room} role="status" aria-label="Loading" />
  const { items, copiedTokens } = signIns.data
  return (
    <div className={classes.stack}>
      {copiedTokens.length > 0 ? (
        <div className={classes.notice} role="status">
          <p>
            {copiedTokens.map(each => each.device).join(', ')} was signed out because a copied token was used.
            If you do not know why, change your password.
          </p>
          <Button size="xs" onClick={() => see.mutate({})}>
            Understood
          </Button>
        </div>
      ) : null}
      <ul className={classes.list}>
        {items.map(item => (
          <SignInItem key={item.id} item={item} onEnded={renew} />
        ))}
      </ul>
      {items.some(item => !item.current) ? (
        <Button loading={endOthers.isPending} onClick={() => endOthers.mutate({})}>
          Sign out everywhere else
        </Button>
      ) : null}
    </div>
  )
}

function SignInItem({ item, onEnded }: { item: SignIn; onEnded: () => void }) {
  const act = useAct(endSignIn, { onSuccess: onEnded, onError: error => sayFailed(error) })
  const Icon = item.kind === 'browser' ? Monitor : Terminal
  return (
    <li className={classes.item}>
      <Icon size={16} aria-hidden="true" />
      <div className={classes.what}>
        <p className={classes.name}>{item.device}</p>
        <p className={classes.detail}>
          {item.kind === 'api' ? 'API client, ' : ''}
          {item.address === '' ? '' : `${item.address}, `}
          last seen <RelativeTime at={item.lastSeenAt} />
        </p>
      </div>
      {item.current ? (
        <Tag tone="good">This one</Tag>
      ) : (
        <Button
          variant="subtle"
          loading={act.isPending}
          aria-label={`Sign out ${item.device}`}
          onClick={() => act.mutate({ params: { signInId: item.id } })}
        >
          Sign out
        </Button>
      )}
    </li>
  )
}
