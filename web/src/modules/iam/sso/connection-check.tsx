import { Button } from '@mantine/core'
import { testIdentityProvider } from '#modules/iam/contract.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { Status } from '../../../ui/status.tsx'
import classes from './sso.module.css'

/** Asks the provider whether all is set up right, and shows each answer in a sentence. */
export function ConnectionCheck({ providerId }: { providerId: string }) {
  const act = useAct(testIdentityProvider)
  return (
    <div className={classes.part}>
      <div>
        <Button
          loading={act.isPending}
          onClick={() => act.mutate({ params: { identityProviderId: providerId } })}
        >
          Test connection
        </Button>
      </div>
      <div aria-live="polite">
        {act.isError ? <ErrorState {...problemWords(act.error)} /> : null}
        {act.data ? (
          <ul className={classes.checks}>
            {act.data.checks.map(({ what, ok, words }) => (
              <li key={what}>
                <Status kind={ok ? 'done' : 'failed'}>{words}</Status>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </div>
  )
}
