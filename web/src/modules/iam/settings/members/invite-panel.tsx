import { Button, Select, Textarea } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { type GrantableRole, invite } from '#modules/iam/contract.ts'
import type { RouteResult } from '#platform/contract/route.ts'
import { problemWords } from '../../../../shell/problem.ts'
import { useSession } from '../../../../shell/session.ts'
import { useAct } from '../../../../shell/use-act.ts'
import { CopyText } from '../../../../ui/copy-text.tsx'
import { ErrorState } from '../../../../ui/error-state.tsx'
import { useShortcuts } from '../../../../ui/shortcuts.ts'
import { SidePanel } from '../../../../ui/side-panel.tsx'
import { Status, type StatusKind } from '../../../../ui/status.tsx'
import { roleNames } from '../role-names.ts'
import { addressesIn, roleAbout, rolesBelow } from './member-words.ts'
import classes from './members.module.css'
import { useRenewMembers } from './use-members.ts'

const AT_ONCE_MAX = 50

type Result = RouteResult<typeof invite>['items'][number]

/** Several addresses, one role. What was refused stays in the field. */
export function InvitePanel({ onClose }: { onClose: () => void }) {
  const roles = rolesBelow(useSession())
  const renew = useRenewMembers()
  const [text, setText] = useState('')
  const [role, setRole] = useState<GrantableRole>(roles.includes('member') ? 'member' : (roles[0] ?? 'guest'))
  const [results, setResults] = useState<readonly Result[]>([])
  const [fault, setFault] = useState<string>()
  const act = useAct(invite, {
    onSuccess: ({ items }) => {
      setResults(items)
      setText(items.flatMap(item => (item.result === 'not_an_address' ? [item.email] : [])).join('\n'))
      renew()
    },
  })
  useShortcuts([{ keys: 'escape', label: 'Close', group: 'Members', run: onClose }])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const emails = addressesIn(text)
    if (emails.length === 0) return setFault('Enter at least one e-mail address.')
    if (emails.length > AT_ONCE_MAX) return setFault(`Enter at most ${AT_ONCE_MAX} addresses at a time.`)
    act.mutate({ body: { emails, role } })
  }
  const words = act.error ? problemWords(act.error) : undefined
  return (
    <SidePanel label="Invite people" onClose={onClose}>
      <div className={classes.title}>
        <h2>Invite people</h2>
        <p>Each gets a letter with a link that works once and for 7 days.</p>
      </div>
      <form className={classes.block} noValidate onSubmit={submit}>
        <Textarea
          label="E-mail addresses"
          description="One or several, with commas or lines between them."
          autosize
          minRows={3}
          maxRows={10}
          data-autofocus
          autoFocus
          value={text}
          error={fault}
          onChange={event => {
            setFault(undefined)
            setText(event.currentTarget.value)
          }}
        />
        <Select
          label="Role"
          description={roleAbout[role]}
          allowDeselect={false}
          data={roles.map(value => ({ value, label: roleNames[value] }))}
          value={role}
          onChange={value => value && setRole(value)}
        />
        {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
        <div className={classes.acts}>
          <Button type="submit" variant="filled" loading={act.isPending}>
            Invite
          </Button>
        </div>
      </form>
      {results.length > 0 ? <Results results={results} /> : null}
    </SidePanel>
  )
}

const resultWords: Readonly<Record<Result['result'], { kind: StatusKind; words: string }>> = {
  invited: { kind: 'done', words: 'Invited' },
  already_invited: { kind: 'waiting', words: 'Invited before; send it again from the list' },
  already_member: { kind: 'active', words: 'A member already' },
  not_an_address: { kind: 'failed', words: 'Not an e-mail address' },
}

function Results({ results }: { results: readonly Result[] }) {
  const hasLinks = results.some(({ link }) => link !== null)
  return (
    <section className={classes.block} aria-label="Results" aria-live="polite">
      {hasLinks ? (
        <p>This installation sends no e-mail. Copy each link now and hand it over; it is not shown again.</p>
      ) : null}
      <div className={classes.results}>
        {results.map(({ email, result, link }) => (
          <div key={email} className={classes.result}>
            <span className={classes.name}>{email}</span>
            <Status kind={resultWords[result].kind}>{resultWords[result].words}</Status>
            {link ? <CopyText label={`Invitation link for ${email}`} text={link} /> : null}
          </div>
        ))}
      </div>
    </section>
  )
}
