import { Button } from '@mantine/core'
import { Workflow } from 'lucide-react'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { NotificationList } from '../ui/notification-list.tsx'
import { BoardSkeleton, RecordSkeleton, TableSkeleton } from '../ui/skeleton.tsx'
import { toastDone, toastFailed, toastUndo } from '../ui/toast-store.ts'
import classes from './gallery.module.css'
import { Part, Sample } from './sample.tsx'
import { notifications } from './sample-data.tsx'

/** What the page says back. */
export function FeedbackSection() {
  return (
    <Sample name="Feedback">
      <Part name="Toasts">
        <div className={classes.row}>
          <Button onClick={() => toastDone('Workflow published as version 4.')}>Done</Button>
          <Button
            onClick={() => toastUndo('Ada Lovelace moved to Qualified.', () => toastDone('Back in New.'))}
          >
            Undo
          </Button>
          <Button
            onClick={() =>
              toastFailed({
                message: 'The lead was not moved.',
                detail: 'It is back in New. The server could not be reached.',
                requestId: 'req_019b0c4e7a107c3e',
                retry: () => toastDone('Moved.'),
              })
            }
          >
            Failed
          </Button>
        </div>
      </Part>
      <Part name="Error">
        <ErrorState
          what="The runs could not be loaded."
          next="Nothing was changed. Check the connection and try again."
          requestId="req_019b0c4e7a107c3e"
          onRetry={() => toastDone('Trying again.')}
        />
      </Part>
      <Part name="Empty">
        <div className={classes.frame}>
          <EmptyState icon={<Workflow size={20} />} action={<Button variant="filled">New workflow</Button>}>
            A workflow reacts to what happens, for example by thanking a new lead.
          </EmptyState>
        </div>
      </Part>
      <Part name="Notifications">
        <div className={classes.frame} style={{ maxWidth: '24rem', padding: 'var(--s1)' }}>
          <NotificationList items={notifications} onOpen={() => {}} />
        </div>
      </Part>
      <Part name="Skeletons, after 150 ms">
        <div className={classes.frame}>
          <TableSkeleton rows={4} />
          <BoardSkeleton columns={4} />
          <RecordSkeleton />
        </div>
      </Part>
    </Sample>
  )
}
