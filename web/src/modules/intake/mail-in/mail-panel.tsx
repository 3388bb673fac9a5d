import { Button, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import {
  blockMailSender,
  deleteReceivedMail,
  getReceivedMail,
  type ReceivedMail,
  releaseMail,
} from '#modules/intake/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { Facts } from '../../../ui/facts.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { RecordHeader } from '../../../ui/record-header.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { SidePanel } from '../../../ui/side-panel.tsx'
import { Bar } from '../../../ui/skeleton.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import classes from './mail-in.module.css'
import { decisionWords, senderWords, sizeWords } from './mail-words.ts'
import { useRenewMails, useWorkflowChoices } from './use-mail-in.ts'

/** One e-mail over the list: what it says, what became of it, and what can still be decided. */
export function MailPanel({ mail, onClose }: { mail: ReceivedMail; onClose: () => void }) {
  const mayDecide = useMay('intake-mail:write')
  const { nameOf } = useWorkflowChoices()
  useShortcuts([{ keys: 'escape', label: 'Close the e-mail', group: 'Intake e-mail', run: onClose }])
  const name = senderWords(mail)
  return (
    <SidePanel label={`E-mail from ${name}`} onClose={onClose}>
      <RecordHeader name={name} subtitle={mail.subject || 'Without a subject'} />
      <div className={classes.block}>
        <Facts
          items={[
            { label: 'Became', value: decisionWords[mail.decision].label },
            ...(mail.explanation ? [{ label: 'Because', value: mail.explanation }] : []),
            ...(mail.leadId
              ? [
                  {
                    label: 'Lead',
                    value: (
                      <Link to="/leads/$leadId" params={{ leadId: mail.leadId }}>
                        {name}
                      </Link>
                    ),
                  },
                ]
              : []),
            { label: 'From', value: mail.sender ?? 'Not said' },
            ...(mail.forwardedBy ? [{ label: 'Passed on by', value: mail.forwardedBy }] : []),
            { label: 'To', value: mail.recipient },
            { label: 'Workflow', value: nameOf(mail.workflowId) },
            { label: 'Received', value: <RelativeTime at={mail.receivedAt} /> },
            { label: 'Size', value: sizeWords(mail.size) },
          ]}
        />
      </div>
      <MailText mailId={mail.id} />
      {mayDecide && mail.decision !== 'lead' ? <Decision mail={mail} onDone={onClose} /> : null}
    </SidePanel>
  )
}

function MailText({ mailId }: { mailId: string }) {
  const detail = useQuery(routeQuery(getReceivedMail, { params: { mailId } }))
  if (detail.isError && !detail.data) {
    return (
      <div className={classes.block}>
        <ErrorState {...problemWords(detail.error)} onRetry={() => detail.refetch()} />
      </div>
    )
  }
  const { text = '', files = [] } = detail.data ?? {}
  return (
    <div className={classes.block}>
      {detail.data === undefined ? (
        <div className="appear-late">
          <Bar width="80%" />
        </div>
      ) : (
        <p className={classes.text}>{text || 'There is no text that could be read.'}</p>
      )}
      {files.length > 0 ? (
        <p className={classes.quiet}>
          With {files.map(({ name, size }) => `${name} (${sizeWords(size)})`).join(', ')}
        </p>
      ) : null}
      <div>
        <Button
          size="xs"
          component="a"
          href={`/v1/intake-mail/messages/${mailId}/source`}
          download={`${mailId}.eml`}
        >
          Save as it came
        </Button>
      </div>
    </div>
  )
}

function Decision({ mail, onDone }: { mail: ReceivedMail; onDone: () => void }) {
  const renew = useRenewMails()
  const { choices } = useWorkflowChoices()
  const [workflowId, setWorkflowId] = useState(mail.workflowId)
  const [email, setEmail] = useState('')
  const asksEmail = mail.sender === null || mail.reason === 'forward_unclear' || mail.reason === 'unreadable'
  const params = { mailId: mail.id }
  const release = useAct(releaseMail, {
    onSuccess: () => {
      renew()
      toastDone('It is a lead now.')
      onDone()
    },
  })
  const remove = useAct(deleteReceivedMail, {
    onSuccess: () => {
      renew()
      toastDone('The e-mail is deleted.')
      onDone()
    },
    onError: error => sayFailed(error),
  })
  const block = useAct(blockMailSender, {
    onSuccess: () => toastDone(`Whatever ${mail.sender} writes is held from now on.`),
    onError: error => sayFailed(error),
  })
  const errors = fieldErrors(release.error)
  const words = release.error && Object.keys(errors).length === 0 ? problemWords(release.error) : undefined
  const body = {
    ...(workflowId === null ? {} : { workflowId }),
    ...(email.trim() === '' ? {} : { email: email.trim() }),
  }
  return (
    <div className={classes.block}>
      <Select
        label="It becomes a lead of"
        placeholder="Choose a workflow"
        data={choices}
        value={workflowId}
        error={errors.workflowId}
        onChange={setWorkflowId}
      />
      {asksEmail ? (
        <TextInput
          label="Who it is from"
          type="email"
          placeholder="name@example.com"
          value={email}
          error={errors.email}
          onChange={event => setEmail(event.currentTarget.value)}
        />
      ) : null}
      {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
      <div className={classes.line}>
        <Button
          variant="filled"
          disabled={workflowId === null}
          loading={release.isPending}
          onClick={() => release.mutate({ params, body })}
        >
          Make it a lead
        </Button>
        {mail.sender === null ? null : (
          <Button loading={block.isPending} onClick={() => block.mutate({ params, body: { kind: 'email' } })}>
            Block the sender
          </Button>
        )}
        <InlineConfirm
          label="Delete"
          consequence="The e-mail is gone for good."
          onConfirm={() => remove.mutate({ params })}
        />
      </div>
    </div>
  )
}
