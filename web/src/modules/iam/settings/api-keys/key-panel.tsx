import { Button } from '@mantine/core'
import { useState } from 'react'
import { type ApiKey, revokeApiKey, rotateApiKey, takeOverApiKey } from '#modules/iam/contract.ts'
import { sayFailed } from '../../../../shell/say-failed.ts'
import { useSession } from '../../../../shell/session.ts'
import { useAct } from '../../../../shell/use-act.ts'
import { Choice } from '../../../../ui/choice.tsx'
import { Facts } from '../../../../ui/facts.tsx'
import { InlineConfirm } from '../../../../ui/inline-confirm.tsx'
import { RecordHeader } from '../../../../ui/record-header.tsx'
import { RelativeTime } from '../../../../ui/relative-time.tsx'
import { SidePanel } from '../../../../ui/side-panel.tsx'
import { Status } from '../../../../ui/status.tsx'
import { toastDone } from '../../../../ui/toast-store.ts'
import members from '../members/members.module.css'
import { EditKey } from './edit-key.tsx'
import { type Grace, graces, keyStates, scopeWords } from './key-words.ts'
import classes from './keys.module.css'
import { SecretShown } from './secret-shown.tsx'
import { useRenewKeys } from './use-keys.ts'

/** A key over the list: what it may do, how it is used, a new secret, its end. */
export function KeyPanel({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { user } = useSession()
  const [isEditing, setEditing] = useState(false)
  const isMine = apiKey.owner.userId === user.id
  const isOver = apiKey.state === 'revoked'
  return (
    <SidePanel label={apiKey.name} onClose={onClose}>
      <RecordHeader
        name={apiKey.name}
        square
        subtitle={`Ends with ${apiKey.ending}`}
        actions={
          isOver || isEditing ? undefined : (
            <Button size="xs" onClick={() => setEditing(true)}>
              Edit
            </Button>
          )
        }
      />
      {isEditing ? (
        <EditKey apiKey={apiKey} isMine={isMine} onDone={() => setEditing(false)} />
      ) : (
        <KeyFacts apiKey={apiKey} />
      )}
      {isOver || isEditing ? null : (
        <>
          {isMine ? <Rotate apiKey={apiKey} onClose={onClose} /> : <TakeOver apiKey={apiKey} />}
          <Revoke apiKey={apiKey} />
        </>
      )}
    </SidePanel>
  )
}

function KeyFacts({ apiKey }: { apiKey: ApiKey }) {
  const { state, scopes, networks, owner, replaced } = apiKey
  const items = [
    { label: 'Status', value: <Status kind={keyStates[state].kind}>{keyStates[state].words}</Status> },
    { label: 'It may', value: <List items={scopes.map(scopeWords)} none="Nothing" /> },
    { label: 'Only from', value: <List items={networks} none="Anywhere" /> },
    { label: 'Acts for', value: owner.name },
    { label: 'Created', value: <RelativeTime at={apiKey.createdAt} /> },
    { label: 'Ends', value: apiKey.expiresAt ? <RelativeTime at={apiKey.expiresAt} /> : 'Never' },
    { label: 'Last used', value: <LastUse at={apiKey.lastUsedAt} from={apiKey.lastUsedFrom} /> },
    ...(replaced
      ? [
          {
            label: 'Old secret',
            value: (
              <>
                …{replaced.ending} ends <RelativeTime at={replaced.worksUntil} />
                {replaced.lastUsedAt ? (
                  <>
                    , last used <RelativeTime at={replaced.lastUsedAt} />
                  </>
                ) : (
                  ', never used'
                )}
              </>
            ),
          },
        ]
      : []),
    ...(apiKey.revokedAt ? [{ label: 'Revoked', value: <RelativeTime at={apiKey.revokedAt} /> }] : []),
  ]
  return (
    <div className={members.block}>
      <Facts items={items} />
    </div>
  )
}

function LastUse({ at, from }: { at: string | null; from: string | null }) {
  if (at === null) return 'Never'
  return (
    <>
      <RelativeTime at={at} />
      {from ? ` from ${from}` : ''}
    </>
  )
}

function List({ items, none }: { items: readonly string[]; none: string }) {
  if (items.length === 0) return none
  return (
    <ul className={classes.list}>
      {items.map(item => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  )
}

function Rotate({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const renew = useRenewKeys()
  const [grace, setGrace] = useState<Grace>('24')
  const act = useAct(rotateApiKey, { onSuccess: renew, onError: error => sayFailed(error) })
  if (act.data) return <SecretShown secret={act.data.secret} onDone={onClose} />
  return (
    <section className={members.block} aria-label="New secret">
      <h3>New secret</h3>
      <p>The old secret can work on for a while, so that programs can be moved over.</p>
      <div>
        <Choice label="The old secret works on" options={graces} value={grace} onChange={setGrace} />
      </div>
      <div className={members.acts}>
        <Button
          loading={act.isPending}
          onClick={() => act.mutate({ params: { keyId: apiKey.id }, body: { graceHours: Number(grace) } })}
        >
          Make a new secret
        </Button>
      </div>
    </section>
  )
}

function TakeOver({ apiKey }: { apiKey: ApiKey }) {
  const renew = useRenewKeys()
  const act = useAct(takeOverApiKey, {
    onSuccess: key => {
      renew()
      toastDone(`${key.name} acts for you now.`)
    },
    onError: error => sayFailed(error),
  })
  return (
    <section className={members.block} aria-label="Take over">
      <h3>Take over</h3>
      <p>It acts for you from then on and loses what you may not do yourself. Its secret stays the same.</p>
      <div className={members.acts}>
        <Button loading={act.isPending} onClick={() => act.mutate({ params: { keyId: apiKey.id } })}>
          Take over
        </Button>
      </div>
    </section>
  )
}

function Revoke({ apiKey }: { apiKey: ApiKey }) {
  const renew = useRenewKeys()
  const act = useAct(revokeApiKey, {
    onSuccess: () => {
      renew()
      toastDone(`${apiKey.name} is revoked.`)
    },
    onError: error => sayFailed(error),
  })
  return (
    <section className={members.block} aria-label="Revoke">
      <h3>Revoke</h3>
      <p>Programs that use it are refused at once.</p>
      <div className={members.acts}>
        <InlineConfirm
          label="Revoke"
          consequence="This key will never work again."
          onConfirm={() => act.mutate({ params: { keyId: apiKey.id } })}
        />
      </div>
    </section>
  )
}
