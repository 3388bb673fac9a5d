import { Button, Select, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { createFromStartingPoint, type StartingPointName } from '#modules/flow/contract.ts'
import { updateOrganization } from '#modules/iam/contract.ts'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { sessionQuery, useOrganization, useSession } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { Page, PageBody } from '../../../ui/page.tsx'
import { FormAlert } from '../form-alert.tsx'
import { ownTimeZone, timeZones } from '../locale-choices.ts'
import { LiveForm } from './live-form.tsx'
import classes from './welcome.module.css'

const points: readonly { value: StartingPointName; title: string; about: string }[] = [
  {
    value: 'contact',
    title: 'Contact form',
    about: 'Tells your team about every message and thanks the sender.',
  },
  { value: 'demo_request', title: 'Demo request', about: 'Answers at once and follows up after two days.' },
  { value: 'blank', title: 'Blank', about: 'Name and e-mail. You decide what happens then.' },
]

/** From a new organization to a form that takes answers, on one page. */
export function WelcomePage() {
  useTitle('Welcome')
  const [made, setMade] = useState<{ workflowId: string; formKey: string; formUrl: string }>()
  return (
    <Page>
      <PageBody>
        <div className={classes.column}>
          {made ? <LiveForm {...made} /> : <FirstChoices onMade={setMade} />}
        </div>
      </PageBody>
    </Page>
  )
}

interface FirstChoicesProps {
  onMade: (made: { workflowId: string; formKey: string; formUrl: string }) => void
}

function FirstChoices({ onMade }: FirstChoicesProps) {
  const { user } = useSession()
  const organization = useOrganization()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState(organization.name)
  const [timeZone, setTimeZone] = useState(ownTimeZone)
  const [startingPoint, setStartingPoint] = useState<StartingPointName>('contact')
  const begin = useAct(createFromStartingPoint, { onSuccess: onMade })
  const save = useAct(updateOrganization, {
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  })
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const body = { name, timeZone, onboarding: 'open' as const }
    save.mutate({ body }, { onSuccess: () => begin.mutate({ body: { startingPoint } }) })
  }
  const later = () =>
    save.mutate({ body: { onboarding: 'open' } }, { onSuccess: () => navigate({ to: '/start' }) })
  const refused = fieldErrors(save.error)
  const failed = begin.error ?? (Object.keys(refused).length === 0 ? save.error : null)
  const words = failed ? problemWords(failed) : undefined
  const [first] = user.name.split(' ')
  return (
    <>
      <h1 className={classes.title}>Welcome, {first}</h1>
      <p className={classes.lead}>Two answers, and your first form is online.</p>
      <form className={classes.form} noValidate onSubmit={submit}>
        <TextInput
          label="Organization"
          value={name}
          error={refused.name}
          autoComplete="organization"
          onChange={event => setName(event.currentTarget.value)}
        />
        <Select
          label="Time zone"
          data={[...new Set([timeZone, ...timeZones])]}
          value={timeZone}
          error={refused.timeZone}
          searchable
          allowDeselect={false}
          nothingFoundMessage="No zone is called that."
          limit={200}
          onChange={value => value && setTimeZone(value)}
        />
        <fieldset className={classes.points}>
          <legend className={classes.legend}>Start with</legend>
          {points.map(point => (
            <label key={point.value} className={classes.point}>
              <input
                type="radio"
                name="starting-point"
                checked={startingPoint === point.value}
                onChange={() => setStartingPoint(point.value)}
              />
              <span>
                <span className={classes.name}>{point.title}</span>
                <span className={classes.about}>{point.about}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <FormAlert>{words ? [words.what, words.next].filter(Boolean).join(' ') : null}</FormAlert>
        <div className={classes.actions}>
          <Button type="submit" variant="filled" loading={save.isPending || begin.isPending}>
            Put the form online
          </Button>
          <Button variant="subtle" onClick={later}>
            Skip
          </Button>
        </div>
      </form>
    </>
  )
}
