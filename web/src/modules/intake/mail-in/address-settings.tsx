import { Button, Select } from '@mantine/core'
import { useState } from 'react'
import { type MailInbox, renewMailAddress, saveMailInbox } from '#modules/intake/contract.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { CopyText } from '../../../ui/copy-text.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { Status } from '../../../ui/status.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import classes from './mail-in.module.css'
import { useKeepInbox, useWorkflowChoices } from './use-mail-in.ts'

interface AddressSettingsProps {
  inbox: MailInbox
  mayManage: boolean
}

/** The organization's address for e-mail, or the way to one. */
export function AddressSettings({ inbox, mayManage }: AddressSettingsProps) {
  if (!inbox.isReceiving) {
    return (
      <p className={classes.quiet}>
        This installation receives no e-mail. Whoever runs it turns that on with INTAKE_SMTP_PORT. A mailbox
        elsewhere can be looked into all the same.
      </p>
    )
  }
  if (inbox.address === null)
    return mayManage ? <FirstAddress /> : <p className={classes.quiet}>There is no address yet.</p>
  return (
    <div className={classes.stack}>
      <div className={classes.entryHead}>
        <CopyText label="Address" text={inbox.address} />
        <Status kind={inbox.isOpen ? 'active' : 'paused'}>{inbox.isOpen ? 'Taking mail' : 'Closed'}</Status>
      </div>
      <DomainWords inbox={inbox} />
      {mayManage ? <AddressActs inbox={inbox} /> : null}
    </div>
  )
}

function useSave(onDone?: () => void) {
  const keep = useKeepInbox()
  return useAct(saveMailInbox, {
    onSuccess: inbox => {
      keep(inbox)
      onDone?.()
    },
    onError: error => sayFailed(error),
  })
}

function FirstAddress() {
  const { choices } = useWorkflowChoices()
  const [workflowId, setWorkflowId] = useState<string | null>(null)
  const act = useSave(() => toastDone('Mail to the address becomes leads from now on.'))
  return (
    <div className={classes.line}>
      <Select
        className={classes.grow}
        label="Leads go to"
        placeholder="Choose a workflow"
        data={choices}
        value={workflowId}
        onChange={setWorkflowId}
      />
      <Button
        variant="filled"
        disabled={workflowId === null}
        loading={act.isPending}
        onClick={() => act.mutate({ body: { isOpen: true, workflowId } })}
      >
        Get an address
      </Button>
    </div>
  )
}

function AddressActs({ inbox }: { inbox: MailInbox }) {
  const { choices } = useWorkflowChoices()
  const keep = useKeepInbox()
  const save = useSave()
  const renew = useAct(renewMailAddress, {
    onSuccess: next => {
      keep(next)
      toastDone('The address is another one now.')
    },
    onError: error => sayFailed(error),
  })
  const { isOpen, workflowId } = inbox
  return (
    <>
      <Select
        label="Leads go to"
        description="Mail whose address names no workflow. Without one it is held until somebody decides."
        placeholder="Held until somebody decides"
        clearable
        clearButtonProps={{ 'aria-label': 'No workflow' }}
        data={choices}
        value={workflowId}
        onChange={next => save.mutate({ body: { isOpen, workflowId: next } })}
      />
      <div className={classes.line}>
        <Button
          loading={save.isPending}
          onClick={() => save.mutate({ body: { isOpen: !isOpen, workflowId } })}
        >
          {isOpen ? 'Close the address' : 'Open the address'}
        </Button>
        <InlineConfirm
          label="Get another address"
          consequence="Mail to this one is refused from then on, to those of workflows too."
          onConfirm={() => renew.mutate({})}
        />
      </div>
    </>
  )
}

/** What has to be so outside of this installation for mail to arrive. */
function DomainWords({ inbox: { domain, port, megabytesMax } }: { inbox: MailInbox }) {
  const isLocal = domain.endsWith('.localhost')
  return (
    <p className={classes.quiet}>
      {isLocal
        ? 'Nobody outside can write to this address: it is of this machine alone. Whoever runs this installation names a domain with INTAKE_MAIL_DOMAIN.'
        : `Mail arrives once the MX record of ${domain} leads to this installation${port === null ? '' : `, which takes it at port ${port}`}. Or let a mailbox you have forward to it.`}{' '}
      A message can have {megabytesMax} MB.
    </p>
  )
}
