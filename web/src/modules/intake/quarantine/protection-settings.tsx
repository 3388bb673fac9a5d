import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { getFormProtection, type ProtectionLevel, setFormProtection } from '#modules/intake/contract.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { routeQuery } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { Choice } from '../../../ui/choice.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Section } from '../../../ui/page.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import { CaptchaForm } from './captcha-form.tsx'
import classes from './quarantine.module.css'
import { useFormWorkflows } from './use-quarantine.ts'
import { useRenewProtection } from './use-renew-protection.ts'

const LEVELS = [
  { value: 'off', label: 'Off' },
  { value: 'standard', label: 'Standard' },
  { value: 'strict', label: 'Strict' },
] as const

const ABOUT: Readonly<Record<ProtectionLevel, string>> = {
  off: 'Only what fills in a field that nobody sees is held back, and senders that you blocked.',
  standard:
    'What several signs speak against is held back. A page is asked for a moment of work when something is odd; people do not notice.',
  strict: 'Every page is asked for a moment of work, and fewer signs are enough to be held back.',
}

/** How the form of a workflow is protected. */
export function ProtectionSettings() {
  const { list, workflows } = useFormWorkflows()
  const [chosen, setChosen] = useState<string>()
  const workflowId = chosen ?? workflows[0]?.id
  if (list.isError && !list.data) return <PageError error={list.error} reset={list.refetch} />
  if (!list.data) return null
  if (workflowId === undefined)
    return (
      <EmptyState icon={<ShieldCheck size={20} />}>
        There is no form yet. Once a workflow begins with one, how it is protected is set here.
      </EmptyState>
    )
  return (
    <>
      <Section title="Form" about="What is set here is in force at once for everybody who sends it.">
        <Select
          label="Form of"
          allowDeselect={false}
          data={workflows.map(({ id, name }) => ({ value: id, label: name }))}
          value={workflowId}
          onChange={id => setChosen(id ?? undefined)}
        />
      </Section>
      <FormProtectionSettings key={workflowId} workflowId={workflowId} />
    </>
  )
}

function FormProtectionSettings({ workflowId }: { workflowId: string }) {
  const mayChange = useMay('forms:write')
  const params = { workflowId }
  const query = useQuery(routeQuery(getFormProtection, { params }))
  const renew = useRenewProtection(workflowId)
  const act = useAct(setFormProtection, {
    onMutate: ({ body }) => {
      if (query.data && body.level) renew({ ...query.data, level: body.level })
    },
    onSuccess: protection => {
      renew(protection)
      toastDone('The protection of the form was changed.')
    },
    onError: (error, input) => {
      void query.refetch()
      sayFailed(error, () => act.mutate(input))
    },
  })
  if (query.error instanceof ProblemError && query.error.problem.status === 404)
    return <EmptyState>This workflow has no form yet.</EmptyState>
  if (query.isError && !query.data) return <PageError error={query.error} reset={query.refetch} />
  if (!query.data) return null
  const { level, captcha } = query.data
  return (
    <>
      <Section title="Against spam" about="Nothing is asked of anybody else, and nobody is told.">
        <fieldset className={classes.stack} disabled={!mayChange}>
          <div className={classes.choice}>
            <Choice
              label="How much it takes to be held back"
              options={LEVELS}
              value={level}
              onChange={to => act.mutate({ params, body: { level: to } })}
            />
          </div>
          <p className={classes.about}>{ABOUT[level]}</p>
        </fieldset>
      </Section>
      <Section
        title="Captcha"
        about="A service of somebody else that asks visitors to prove that they are people. What comes without its answer is held back, also from visitors without JavaScript. While the service is away, everything is held back and nothing is lost."
      >
        <CaptchaForm
          key={captcha?.provider ?? ''}
          workflowId={workflowId}
          captcha={captcha}
          mayChange={mayChange}
        />
      </Section>
    </>
  )
}
