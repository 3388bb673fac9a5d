import { Button } from '@mantine/core'
import { ProblemError } from '#platform/contract/problem.ts'
import { ErrorState } from '../ui/error-state.tsx'
import classes from './conflict-notice.module.css'
import { fieldOfPointer, isConflict } from './problem.ts'

interface ConflictNoticeProps {
  error: unknown
  /** What people call the fields of what was sent, by their names in the API. */
  labels: Readonly<Record<string, string>>
  /** Puts what is saved now into the form. */
  onReload: () => void
  /** Saves the form once more, based on the given ETag. */
  onOverwrite: (ifMatch: string) => void
}

/** Shown when somebody else has saved in between: what differs, and both ways on. Nothing for any other error. */
export function ConflictNotice({ error, labels, onReload, onOverwrite }: ConflictNoticeProps) {
  if (!(error instanceof ProblemError) || !isConflict(error)) return null
  const { errors = [], current } = error.problem
  const names = errors.map(({ pointer }) => labels[fieldOfPointer(pointer)] ?? fieldOfPointer(pointer))
  const what =
    names.length > 0
      ? `What is saved now differs from yours in: ${names.join(', ').toLowerCase()}.`
      : 'What you entered is still here.'
  return (
    <div>
      <ErrorState what="Somebody else saved in the meantime." next={`Your change was not saved. ${what}`} />
      <div className={classes.ways}>
        <Button size="xs" onClick={onReload}>
          Load what is saved
        </Button>
        {current === undefined ? null : (
          <Button size="xs" variant="subtle" onClick={() => onOverwrite(current)}>
            Save mine instead
          </Button>
        )}
      </div>
    </div>
  )
}
