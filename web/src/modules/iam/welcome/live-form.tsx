import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Check, ExternalLink, Send } from 'lucide-react'
import { listLeads } from '#modules/intake/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useSession } from '../../../shell/session.ts'
import { CopyText } from '../../../ui/copy-text.tsx'
import { FormAlert } from '../form-alert.tsx'
import { sendTestEntry } from './test-entry.ts'
import classes from './welcome.module.css'

interface LiveFormProps {
  workflowId: string
  formKey: string
  formUrl: string
}

/** The form that is online now: its address, a try of it, and where to go on. */
export function LiveForm({ workflowId, formKey, formUrl }: LiveFormProps) {
  const { user } = useSession()
  const queryClient = useQueryClient()
  const entry = useMutation({
    mutationFn: () => sendTestEntry(formKey, user),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: routeKey(listLeads) }),
  })
  const words = entry.error ? problemWords(entry.error) : undefined
  return (
    <>
      <h1 className={classes.title}>Your form is online</h1>
      <p className={classes.lead}>Put this address on your site, into your signature, anywhere.</p>
      <div className={classes.form}>
        <CopyText label="Address of the form" text={formUrl} />
        <div className={classes.actions}>
          <Button
            component="a"
            href={formUrl}
            target="_blank"
            rel="noreferrer"
            leftSection={<ExternalLink size={14} aria-hidden="true" />}
          >
            Look at it
          </Button>
          <Button
            variant={entry.isSuccess ? 'default' : 'filled'}
            leftSection={
              entry.isSuccess ? <Check size={14} aria-hidden="true" /> : <Send size={14} aria-hidden="true" />
            }
            loading={entry.isPending}
            disabled={entry.isSuccess}
            onClick={() => entry.mutate()}
          >
            {entry.isSuccess ? 'Test entry sent' : 'Send a test entry'}
          </Button>
        </div>
        <FormAlert>{words ? [words.what, words.next].filter(Boolean).join(' ') : null}</FormAlert>
        <p className={classes.about} aria-live="polite">
          {entry.isSuccess
            ? `It came in as ${user.name}, and the workflow is under way. Its e-mails go to ${user.email}.`
            : 'The test entry comes in under your own name, so you get the e-mails of the workflow yourself.'}
        </p>
        <ul className={classes.next}>
          <li>
            <Link to="/leads">See the lead on the board</Link>
          </li>
          <li>
            <Link to="/workflows/$workflowId" params={{ workflowId }}>
              Change what happens after the form
            </Link>
          </li>
          <li>
            <Link to="/settings/members">Invite your team</Link>
          </li>
          <li>
            <Link to="/start">All first steps</Link>
          </li>
        </ul>
      </div>
    </>
  )
}
