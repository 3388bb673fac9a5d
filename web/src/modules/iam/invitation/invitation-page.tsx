import { Button } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { acceptInvitation, getSession, showInvitation, signOut } from '#modules/iam/contract.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import type { RouteResult } from '#platform/contract/route.ts'
import { call, routeQuery } from '../../../shell/api.ts'
import { isMissing, problemWords } from '../../../shell/problem.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { switchTo } from '../../../shell/switch-organization.ts'
import { useAct } from '../../../shell/use-act.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { Bar } from '../../../ui/skeleton.tsx'
import classes from '../entrance.module.css'
import { Entrance } from '../entrance.tsx'
import { FormAlert } from '../form-alert.tsx'
import { roleNames } from '../settings/role-names.ts'
import { NewUserForm } from './new-user-form.tsx'

type Invitation = RouteResult<typeof showInvitation>

/** Where the link of an invitation leads: who invites whom to what, and the way in. */
export function InvitationPage() {
  useTitle('Invitation')
  const { token } = useParams({ from: '/invitation/$token' })
  const query = useQuery({ ...routeQuery(showInvitation, { body: { token } }), retry: false })
  if (query.data) return <Shown invitation={query.data} token={token} />
  if (isMissing(query.error)) {
    return (
      <Ended title="This invitation is not known">
        The link may be incomplete, or a newer letter has replaced it. Use the newest letter, or ask to be
        invited again.
      </Ended>
    )
  }
  return (
    <Entrance title="Invitation" footer={null}>
      {query.error ? (
        <ErrorState {...problemWords(query.error)} onRetry={() => query.refetch()} />
      ) : (
        <div className="appear-late" role="status" aria-label="Loading">
          <Bar width="80%" />
        </div>
      )}
    </Entrance>
  )
}

function Ended({ title, children }: { title: string; children: string }) {
  return (
    <Entrance title={title} footer={<Link to="/">Go to Millrace</Link>}>
      <p>{children}</p>
    </Entrance>
  )
}

function Shown({ invitation, token }: { invitation: Invitation; token: string }) {
  const { organizationName, invitedBy } = invitation
  const asker = invitedBy ?? organizationName
  switch (invitation.state) {
    case 'expired':
      return (
        <Ended title="This invitation has expired">{`Ask ${asker} to send the invitation to ${organizationName} again.`}</Ended>
      )
    case 'used':
      return (
        <Ended title="This invitation was used already">{`If it was you, sign in and choose ${organizationName}.`}</Ended>
      )
    case 'revoked':
      return (
        <Ended title="This invitation was taken back">{`Ask ${asker} if you think that is a mistake.`}</Ended>
      )
    case 'open':
      return <Open invitation={invitation} token={token} />
  }
}

/** Who is signed in, or null. Being nobody is no error here, and must not lead to the sign-in page. */
const whoQuery = queryOptions({
  queryKey: ['invitation', 'who'],
  queryFn: async () => {
    try {
      return await call(getSession, {})
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) return null
      throw error
    }
  },
})

function Open({ invitation, token }: { invitation: Invitation; token: string }) {
  const { organizationName, invitedBy, email, role } = invitation
  const session = useQuery(whoQuery)
  const signedInAs = session.data?.user.email
  return (
    <Entrance
      title={`Join ${organizationName}`}
      footer={
        session.isPending || signedInAs !== undefined ? null : (
          <>
            Already have an account?{' '}
            <Link to="/sign-in" search={{ next: `/invitation/${token}` }}>
              Sign in
            </Link>
          </>
        )
      }
    >
      <p className={classes.lead}>
        {invitedBy ? `${invitedBy} invites you` : 'You are invited'} to work in {organizationName} with the
        role {roleNames[role].toLowerCase()}. The invitation is for <strong>{email}</strong>.
      </p>
      {session.isPending ? null : signedInAs === undefined ? (
        <NewUserForm token={token} />
      ) : signedInAs.toLowerCase() === email ? (
        <JoinAs token={token} organizationName={organizationName} />
      ) : (
        <OtherUser signedInAs={signedInAs} />
      )}
    </Entrance>
  )
}

/** For a person who is signed in with the address of the invitation. */
function JoinAs({ token, organizationName }: { token: string; organizationName: string }) {
  const act = useAct(acceptInvitation, {
    onSuccess: ({ organizationId }) => switchTo({ id: organizationId, name: organizationName }),
  })
  const words = act.error ? problemWords(act.error) : undefined
  return (
    <div className={classes.form}>
      <FormAlert>{words ? [words.what, words.next].filter(Boolean).join(' ') : null}</FormAlert>
      <Button
        variant="filled"
        fullWidth
        loading={act.isPending}
        onClick={() => act.mutate({ body: { token } })}
      >
        Join
      </Button>
    </div>
  )
}

function OtherUser({ signedInAs }: { signedInAs: string }) {
  // A fresh page, so that nothing read under the old session stays in memory.
  const act = useAct(signOut, {
    onSuccess: () => window.location.reload(),
    onError: error => sayFailed(error),
  })
  return (
    <div className={classes.form}>
      <p>You are signed in as {signedInAs}. The invitation is for another address.</p>
      <Button variant="filled" fullWidth loading={act.isPending} onClick={() => act.mutate({})}>
        Sign out and go on
      </Button>
    </div>
  )
}
