import { Select } from '@mantine/core'
import { ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { ProblemError } from '#platform/contract/problem.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Section } from '../../../ui/page.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { CaptchaForm } from './captcha-form.tsx'
import { ProtectionLevelChoice } from './protection-level.tsx'
import { CAPTCHA_WORDS, SPAM_WORDS } from './protection-words.ts'
import classes from './quarantine.module.css'
import { useProtection } from './use-protection.ts'
import { useFormWorkflows } from './use-quarantine.ts'

/** How the form of a workflow is protected. */
export function ProtectionSettings() {
  const { list, workflows } = useFormWorkflows()
  const [chosen, setChosen] = useState<string>()
  const workflowId = chosen ?? workflows[0]?.id
  if (list.isError && !list.data) return <PageError error={list.error} reset={list.refetch} />
  if (!list.data) return <TableSkeleton rows={4} />
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
          className={classes.chosen ?? ''}
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
  const { query, mayChange, setLevel } = useProtection(workflowId)
  if (query.error instanceof ProblemError && query.error.problem.status === 404)
    return <EmptyState>This workflow has no form yet.</EmptyState>
  if (query.isError && !query.data) return <PageError error={query.error} reset={query.refetch} />
  if (!query.data) return <TableSkeleton rows={4} />
  const { level, captcha } = query.data
  return (
    <>
      <Section title="Against spam" about={SPAM_WORDS}>
        <ProtectionLevelChoice level={level} mayChange={mayChange} onChange={setLevel} />
      </Section>
      <Section title="Captcha" about={CAPTCHA_WORDS}>
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
