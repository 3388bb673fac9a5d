import { Button } from '@mantine/core'
import { useState } from 'react'
import { type Invitation, outranks, resendInvitation, revokeInvitation } from '#modules/iam/contract.ts'
import { sayFailed } from '../../../../shell/say-failed.ts'
import { useSession } from '../../../../shell/session.ts'
import { useAct } from '../../../../shell/use-act.ts'
import { CopyText } from '../../../../ui/copy-text.tsx'
import { Facts } from '../../../../ui/facts.tsx'
import { InlineConfirm } from '../../../../ui/inline-confirm.tsx'
import { RecordHeader } from '../../../../ui/record-header.tsx'
import { RelativeTime } from '../../../../ui/relative-time.tsx'
import { useShortcuts } from '../../../../ui/shortcuts.ts'
import { SidePanel } from '../../../../ui/side-panel.tsx'
import { Status } from '../../../../ui/status.tsx'
import { toastDone } from '../../../../ui/toast-store.ts'
import { roleNames } from '../role-names.ts'
import classes from './members.module.css'
import { useRenewMembers } from './use-members.ts'

/** An invitation over the list: to whom, until when, once more, or not at all. */
export function InvitationPanel({ invitation, onClose }: { invitation: Invitation; onClose: () => void }) {
  const { role } = useSession()
  useShortcuts([{ keys: 'escape', label: 'Close the invitation', group: 'Members', run: onClose }])
  const { email, state } = invitation
  return (
    <SidePanel label={email} onClose={onClose}>
      <RecordHeader name={email} subtitle={`Invited as ${roleNames[invitation.role].toLowerCase()}`} />
      <div className={classes.block}>
        <Facts
          items={[
            {
              label: 'Status',
              value:
                state === 'open' ? (
                  <Status kind="waiting">Open</Status>
                ) : (
                  <Status kind="cancelled">Expired</Status>
                ),
            },
            { label: 'Invited by', value: invitation.invitedBy ?? 'A former member' },
            { label: 'Sent', value: <RelativeTime at={invitation.sentAt} /> },
            {
              label: state === 'open' ? 'Expires' : 'Expired',
              value: <RelativeTime at={invitation.expiresAt} />,
            },
          ]}
        />
      </div>
      {role !== null && outranks(role, invitation.role) ? (
        <Ways invitation={invitation} onClose={onClose} />
      ) : null}
    </SidePanel>
  )
}

function Ways({ invitation, onClose }: { invitation: Invitation; onClose: () => void }) {
  const renew = useRenewMembers()
  const [link, setLink] = useState<string | null>(null)
  const params = { invitationId: invitation.id }
  const resend = useAct(resendInvitation, {
    onSuccess: sent => {
      renew()
      setLink(sent.link)
      if (sent.link === null) toastDone(`The invitation was sent to ${invitation.email} again.`)
    },
    onError: error => sayFailed(error),
  })
  const revoke = useAct(revokeInvitation, {
    onSuccess: () => {
      renew()
      onClose()
      toastDone(`The invitation to ${invitation.email} was taken back.`)
    },
    onError: error => {
      renew()
      sayFailed(error)
    },
  })
  return (
    <section className={classes.block} aria-label="Invitation">
      <p>A new letter is good for another 7 days; the links of earlier ones end.</p>
      <div className={classes.acts}>
        <Button loading={resend.isPending} onClick={() => resend.mutate({ params })}>
          Send again
        </Button>
        <InlineConfirm
          label="Take back"
          consequence="The link ends at once."
          onConfirm={() => revoke.mutate({ params })}
        />
      </div>
      {link ? (
        <>
          <p>This installation sends no e-mail. Copy the link now and hand it over; it is not shown again.</p>
          <CopyText label="Invitation link" text={link} />
        </>
      ) : null}
    </section>
  )
}
