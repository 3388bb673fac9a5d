import { Button, Menu } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import {
  addDoNotContact,
  type ConsentPurpose,
  erasePerson,
  getPersonPrivacy,
  givePersonData,
  recordConsent,
} from '#modules/crm/contract.ts'
import type { RouteResult } from '#platform/contract/route.ts'
import { call, routeKey, routeQuery } from '../../../shell/api.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import { purposeWords, reasonWords } from './do-not-contact-words.ts'
import classes from './person-privacy.module.css'

interface PersonPrivacyProps {
  personId: string
  email: string | null
  mayChange: boolean
  heading: 'h2' | 'h3'
}

type Privacy = RouteResult<typeof getPersonPrivacy>

/** Whether a person may be written to, what they have agreed to, and what the law lets them ask for. */
export function PersonPrivacy({ personId, email, mayChange, heading: Heading }: PersonPrivacyProps) {
  const params = { personId }
  const query = useQuery(routeQuery(getPersonPrivacy, { params }))
  const queryClient = useQueryClient()
  const mayManage = useMay('organization:manage')
  const [isErasing, setErasing] = useState(false)
  const renew = () => void queryClient.invalidateQueries({ queryKey: routeKey(getPersonPrivacy, { params }) })
  const options = { onSuccess: renew, onError: (error: Error) => sayFailed(error) }
  const consent = useAct(recordConsent, options)
  const refuse = useAct(addDoNotContact, {
    ...options,
    onSuccess: () => {
      renew()
      toastDone('Nothing is sent to this address any more.')
    },
  })
  const say = (purpose: ConsentPurpose, isGiven: boolean) =>
    consent.mutate({ params, body: { purpose, isGiven } })
  return (
    <section aria-label="Privacy">
      <div className={classes.head}>
        <Heading className={classes.title}>Privacy</Heading>
        {mayChange || mayManage ? (
          <Menu position="bottom-end" width={240}>
            <Menu.Target>
              <IconButton label="What to do about privacy" size="sm">
                <Ellipsis size={14} />
              </IconButton>
            </Menu.Target>
            <Menu.Dropdown>
              {mayChange && email ? (
                <Menu.Item
                  onClick={() => refuse.mutate({ body: { items: [{ email, reason: 'objected' }] } })}
                >
                  Do not contact any more
                </Menu.Item>
              ) : null}
              {mayManage ? (
                <>
                  <Menu.Item onClick={() => void download(personId)}>Download their data</Menu.Item>
                  <Menu.Divider />
                  <Menu.Item color="red" onClick={() => setErasing(true)}>
                    Erase this person
                  </Menu.Item>
                </>
              ) : null}
            </Menu.Dropdown>
          </Menu>
        ) : null}
      </div>
      {query.data ? (
        <State privacy={query.data} mayChange={mayChange} onSay={say} />
      ) : query.isError ? (
        <p className={classes.quiet}>
          This could not be read.{' '}
          <Button size="compact-xs" variant="subtle" onClick={() => query.refetch()}>
            Try again
          </Button>
        </p>
      ) : (
        <p className={classes.quiet}>…</p>
      )}
      {isErasing ? <Erase personId={personId} onClose={() => setErasing(false)} /> : null}
    </section>
  )
}

interface StateProps {
  privacy: Privacy
  mayChange: boolean
  onSay: (purpose: ConsentPurpose, isGiven: boolean) => void
}

function State({ privacy: { consents, refusals }, mayChange, onSay }: StateProps) {
  const [refusal] = refusals
  return (
    <dl className={classes.lines}>
      <div className={classes.line}>
        <dt>E-mail</dt>
        <dd>
          {refusal ? (
            <>
              Do not contact: {reasonWords[refusal.reason].toLowerCase()}{' '}
              <RelativeTime at={refusal.createdAt} />
            </>
          ) : (
            'May be written to'
          )}
        </dd>
      </div>
      {(Object.keys(purposeWords) as ConsentPurpose[]).map(purpose => {
        const newest = consents.find(each => each.purpose === purpose)
        const isGiven = newest?.isGiven === true
        return (
          <div key={purpose} className={classes.line}>
            <dt>{purposeWords[purpose]}</dt>
            <dd>
              <span title={newest?.evidence ?? undefined}>
                {newest ? (
                  <>
                    {isGiven ? 'Agreed' : 'Taken back'} <RelativeTime at={newest.saidAt} />
                  </>
                ) : (
                  'Not asked'
                )}
              </span>
              {mayChange ? (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  aria-label={`${purposeWords[purpose]}: ${isGiven ? 'take it back' : 'they agreed'}`}
                  onClick={() => onSay(purpose, !isGiven)}
                >
                  {isGiven ? 'Take back' : 'They agreed'}
                </Button>
              ) : null}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}

function Erase({ personId, onClose }: { personId: string; onClose: () => void }) {
  const queryClient = useQueryClient()
  const erase = useAct(erasePerson, {
    onSuccess: () => {
      toastDone('This person is being erased. It takes a few minutes at most.')
      void queryClient.invalidateQueries()
    },
    onError: error => sayFailed(error),
  })
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes from any control inside
    <div className={classes.erase} onKeyDown={event => event.key === 'Escape' && onClose()}>
      <p>
        Everything about this person goes for good: the record, leads, messages, runs, notes, files and
        history. Only a key stays that keeps mail from ever being sent to them again.
      </p>
      <InlineConfirm
        label="Erase for good"
        consequence="Nothing brings it back."
        onConfirm={() => erase.mutate({ params: { personId }, body: {} })}
      />
      <Button variant="subtle" onClick={onClose}>
        Cancel
      </Button>
    </div>
  )
}

/** Everything that is kept about the person, as a file to hand over. */
async function download(personId: string): Promise<void> {
  try {
    const data = await call(givePersonData, { params: { personId } })
    const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }))
    const link = document.createElement('a')
    link.href = url
    link.download = `person-${personId}.json`
    link.click()
    URL.revokeObjectURL(url)
  } catch (error) {
    sayFailed(error, () => void download(personId))
  }
}
