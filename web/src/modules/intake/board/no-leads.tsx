import { Button } from '@mantine/core'
import { ExternalLink, UserRoundPlus } from 'lucide-react'
import { CopyText } from '../../../ui/copy-text.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import classes from '../leads.module.css'
import { useForm } from '../use-form.ts'

/** In place of a board nobody is on yet: the way to the form. */
export function NoLeads({ workflowId }: { workflowId: string }) {
  const form = useForm(workflowId)
  const url = form?.status === 'published' ? form.url : undefined
  return (
    <EmptyState
      icon={<UserRoundPlus size={20} />}
      action={
        url ? (
          <div className={classes.formLink}>
            <Button
              component="a"
              variant="filled"
              href={url}
              target="_blank"
              rel="noopener"
              leftSection={<ExternalLink size={14} />}
            >
              Open the form
            </Button>
            <CopyText label="Link of the form" text={url} />
          </div>
        ) : null
      }
    >
      Everyone who sends the form becomes a lead and stands here as a card, the moment it is sent.
    </EmptyState>
  )
}
