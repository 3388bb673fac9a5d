import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getMember, leaveOrganization, type Member } from '#modules/iam/contract.ts'
import { routeQuery } from '../../../../shell/api.ts'
import { isMissing, problemWords } from '../../../../shell/problem.ts'
import { sayFailed } from '../../../../shell/say-failed.ts'
import { useOrganization, useSession } from '../../../../shell/session.ts'
import { useAct } from '../../../../shell/use-act.ts'
import { ErrorState } from '../../../../ui/error-state.tsx'
import { Facts } from '../../../../ui/facts.tsx'
import { InlineConfirm } from '../../../../ui/inline-confirm.tsx'
import { RecordHeader } from '../../../../ui/record-header.tsx'
import { RelativeTime } from '../../../../ui/relative-time.tsx'
import { useShortcuts } from '../../../../ui/shortcuts.ts'
import { SidePanel } from '../../../../ui/side-panel.tsx'
import { RecordSkeleton } from '../../../../ui/skeleton.tsx'
import { Status } from '../../../../ui/status.tsx'
import { memberStatus } from './member-columns.tsx'
import { MemberRights } from './member-rights.tsx'
import { roleAbout } from './member-words.ts'
import classes from './members.module.css'
import { RoleMenu, useMayChange } from './role-menu.tsx'
import { useMemberActs } from './use-members.ts'

/** One member over the list: role, exceptions, and the way out. */
export function MemberPanel({ memberId, onClose }: { memberId: string; onClose: () => void }) {
  const query = useQuery(routeQuery(getMember, { params: { memberId } }))
  const words = query.error && !query.data ? problemWords(query.error) : undefined
  useShortcuts([{ keys: 'escape', label: 'Close the member', group: 'Members', run: onClose }])
  return (
    <SidePanel label={query.data?.name ?? 'Member'} onClose={onClose}>
      {query.data ? <MemberContent member={query.data} /> : null}
      {words ? (
        <div className={classes.block}>
          <ErrorState
            what={words.what}
            next={words.next}
            requestId={words.requestId}
            onRetry={isMissing(query.error) ? undefined : () => query.refetch()}
          />
        </div>
      ) : null}
      {query.data || words ? null : <RecordSkeleton />}
    </SidePanel>
  )
}

function MemberContent({ member }: { member: Member }) {
  const { user } = useSession()
  const mayChange = useMayChange(member)
  const { kind, words } = memberStatus[member.status]
  const isGone = member.status === 'removed'
  return (
    <>
      <RecordHeader
        name={member.name}
        subtitle={<a href={`mailto:${member.email}`}>{member.email}</a>}
        actions={<RoleMenu member={member} />}
      />
      <div className={classes.block}>
        <Facts
          items={[
            { label: 'Status', value: <Status kind={kind}>{words}</Status> },
            { label: 'Role', value: roleAbout[member.role] },
            ...timesOf(member).map(({ label, at }) => ({ label, value: <RelativeTime at={at} /> })),
          ]}
        />
      </div>
      {member.role === 'owner' || isGone ? null : <MemberRights member={member} mayChange={mayChange} />}
      {mayChange && !isGone ? <Ways member={member} /> : null}
      {member.userId === user.id && member.role !== 'owner' ? <Leave /> : null}
    </>
  )
}

function timesOf(member: Member): { label: string; at: string }[] {
  return [
    { label: 'Invited', at: member.invitedAt },
    { label: 'Joined', at: member.joinedAt },
    { label: 'Last here', at: member.lastUsedAt },
    { label: 'Removed', at: member.removedAt },
  ].flatMap(({ label, at }) => (at === null ? [] : [{ label, at }]))
}

function Ways({ member }: { member: Member }) {
  const { suspend, reactivate, remove, isBusy } = useMemberActs()
  return (
    <section className={classes.block} aria-label="Access">
      <h3>Access</h3>
      <p>
        {member.status === 'suspended'
          ? 'Suspended: signed out, and cannot come in. What they own stays.'
          : 'Suspended or removed, a member is signed out at once. What they own stays and keeps their name.'}
      </p>
      <div className={classes.acts}>
        {member.status === 'suspended' ? (
          <Button disabled={isBusy} onClick={() => reactivate(member)}>
            Let in again
          </Button>
        ) : (
          <Button disabled={isBusy} onClick={() => suspend(member)}>
            Suspend
          </Button>
        )}
        <Button color="red" disabled={isBusy} onClick={() => remove(member)}>
          Remove
        </Button>
      </div>
    </section>
  )
}

function Leave() {
  const organization = useOrganization()
  const act = useAct(leaveOrganization, {
    onSuccess: () => window.location.assign('/'),
    onError: error => sayFailed(error),
  })
  return (
    <section className={classes.block} aria-label="Leave">
      <h3>Leave {organization.name}</h3>
      <p>You are signed out of it at once. What you own stays here and keeps your name.</p>
      <div className={classes.acts}>
        <InlineConfirm
          label="Leave"
          consequence="You need a new invitation to come back."
          onConfirm={() => act.mutate({})}
        />
      </div>
    </section>
  )
}
