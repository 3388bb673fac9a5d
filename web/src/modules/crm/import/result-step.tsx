import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Pause, Play, X } from 'lucide-react'
import { cancelImport, getImport, type Import, pauseImport, resumeImport } from '#modules/crm/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { Figure, Figures } from '../../../ui/figure.tsx'
import classes from './import.module.css'
import { ImportActs } from './imports-page.tsx'

/** How far the import is, and what came of it. The page may be left. */
export function ResultStep({ item }: { item: Import }) {
  const { counts, rowsDone, rowsTotal, status } = item
  const isOpen = status === 'running' || status === 'paused'
  return (
    <div className={classes.result}>
      {isOpen ? (
        <>
          <p className={classes.progressWords} role="status">
            {rowsDone.toLocaleString()} of {(rowsTotal ?? rowsDone).toLocaleString()} rows. You can leave this
            page.
          </p>
          <progress
            className={classes.meter}
            aria-label="Rows taken in"
            max={Math.max(rowsTotal ?? 1, 1)}
            value={rowsDone}
          />
          <Steering item={item} />
        </>
      ) : null}
      {item.failure ? (
        <p className={classes.failure} role="alert">
          {item.failure}
        </p>
      ) : null}
      {status === 'undoing' ? <p role="status">It is being taken back. You can leave this page.</p> : null}
      {status === 'undone' ? (
        <p className={classes.outcome} role="status">
          All of it was taken back. This is what it had done.
        </p>
      ) : null}
      <Figures>
        {item.object === 'person' ? (
          <>
            <Figure label="People added" value={counts.peopleCreated.toLocaleString()} />
            <Figure label="People changed" value={counts.peopleUpdated.toLocaleString()} />
          </>
        ) : null}
        <Figure label="Companies added" value={counts.companiesCreated.toLocaleString()} />
        <Figure label="Companies changed" value={counts.companiesUpdated.toLocaleString()} />
        <Figure label="Rows already known" value={counts.unchanged.toLocaleString()} />
        <Figure label="Rows taken in part" value={counts.partly.toLocaleString()} />
        <Figure label="Rows left out" value={counts.refused.toLocaleString()} />
      </Figures>
      {isOpen ? null : (
        <div className={classes.links}>
          <ImportActs item={item} />
          {item.object === 'person' ? <Link to="/contacts">Contacts</Link> : null}
          <Link to="/companies">Companies</Link>
          <Link to="/imports/new">Import another file</Link>
        </div>
      )}
    </div>
  )
}

function Steering({ item }: { item: Import }) {
  const queryClient = useQueryClient()
  const params = { importId: item.id }
  const options = {
    onSuccess: (after: Import) => {
      queryClient.setQueryData(routeQuery(getImport, { params }).queryKey, after)
    },
    onError: (error: Error) => sayFailed(error),
  }
  const pause = useAct(pauseImport, options)
  const resume = useAct(resumeImport, options)
  const cancel = useAct(cancelImport, options)
  return (
    <div className={classes.acts}>
      {item.status === 'running' ? (
        <Button
          size="xs"
          leftSection={<Pause size={14} aria-hidden="true" />}
          onClick={() => pause.mutate({ params })}
        >
          Pause
        </Button>
      ) : (
        <Button
          size="xs"
          leftSection={<Play size={14} aria-hidden="true" />}
          onClick={() => resume.mutate({ params })}
        >
          Resume
        </Button>
      )}
      <Button
        size="xs"
        leftSection={<X size={14} aria-hidden="true" />}
        onClick={() => cancel.mutate({ params })}
      >
        Stop here
      </Button>
    </div>
  )
}
