import { Button, Select } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import {
  type Assignment,
  type AssignmentRule,
  type AssignmentSettings,
  getAssignment,
  saveAssignment,
} from '#modules/intake/contract.ts'
import { etagOf } from '#platform/contract/client.ts'
import { newKey, routeKey, routeQuery } from '../../../shell/api.ts'
import { ConflictNotice } from '../../../shell/conflict-notice.tsx'
import { isConflict, problemWords } from '../../../shell/problem.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { SortList } from '../../../ui/sort-list.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import { useForm } from '../use-form.ts'
import classes from './assignment.module.css'
import { draftProblems, newRule, settingsOf } from './rule-draft.ts'
import { RuleEditor } from './rule-editor.tsx'
import { type Candidate, nameOf } from './rule-members.tsx'

const RULES_MAX = 50
const labels = { rules: 'Rules', defaultOwnerId: 'Everybody else' }

/** Random, in the shape ids have. */
function ruleId(): string {
  const key = newKey()
  return [key.slice(0, 8), key.slice(8, 12), key.slice(12, 16), key.slice(16, 20), key.slice(20)].join('-')
}

interface AssignmentFormProps {
  workflowId: string
  settings: Assignment
  candidates: readonly Candidate[]
}

/** The rules and the default owner; saved together. */
export function AssignmentForm({ workflowId, settings, candidates }: AssignmentFormProps) {
  const params = { workflowId }
  const queryClient = useQueryClient()
  const fields = useForm(workflowId)?.fields ?? []
  const may = useMay('pipelines:manage')
  const [draft, setDraft] = useState<AssignmentSettings>(() => settingsOf(settings))
  // What the draft is based on: the settings may be read anew while somebody edits.
  const [base, setBase] = useState(() => etagOf(settings))
  const [isChecked, setChecked] = useState(false)
  const startFrom = (stored: Assignment) => {
    setDraft(settingsOf(stored))
    setBase(etagOf(stored))
    setChecked(false)
  }
  const act = useAct(saveAssignment, {
    onSuccess: stored => {
      queryClient.setQueryData(routeKey(getAssignment, { params }), stored)
      startFrom(stored)
      toastDone('New leads go by these rules from now on.')
    },
  })
  const save = (ifMatch: string | undefined) => act.mutate({ params, body: settingsOf(draft), ifMatch })
  const reload = async () => {
    const stored = await queryClient.fetchQuery(routeQuery(getAssignment, { params }))
    act.reset()
    startFrom(stored)
  }
  const problems = draftProblems(draft)
  const isDirty = JSON.stringify(settingsOf(draft)) !== JSON.stringify(settingsOf(settings))
  const change = (next: Partial<AssignmentSettings>) => {
    act.reset()
    setDraft({ ...draft, ...next })
  }
  const put = (rule: AssignmentRule) =>
    change({ rules: draft.rules.map(each => (each.id === rule.id ? rule : each)) })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (problems.size === 0) save(base)
  }
  const words = act.error && !isConflict(act.error) ? problemWords(act.error) : undefined
  const owners = new Map(candidates.map(({ userId, name }) => [userId, name]))
  const { defaultOwnerId } = draft
  if (defaultOwnerId !== null && !owners.has(defaultOwnerId))
    owners.set(defaultOwnerId, nameOf(defaultOwnerId, candidates, settings.people))
  return (
    <form noValidate onSubmit={submit}>
      <fieldset className={classes.form} disabled={!may}>
        <SortList
          label="Rules, the first one that fits decides"
          items={draft.rules}
          idOf={rule => rule.id}
          nameOf={rule => rule.name}
          onSort={rules => change({ rules: [...rules] })}
        >
          {rule => (
            <RuleEditor
              rule={rule}
              fields={fields}
              candidates={candidates}
              people={settings.people}
              problem={isChecked ? problems.get(rule.id) : undefined}
              onChange={put}
              onRemove={() => change({ rules: draft.rules.filter(({ id }) => id !== rule.id) })}
            />
          )}
        </SortList>
        {draft.rules.length < RULES_MAX ? (
          <div>
            <Button
              leftSection={<Plus size={14} />}
              onClick={() => change({ rules: [...draft.rules, newRule(ruleId(), draft.rules)] })}
            >
              Add a rule
            </Button>
          </div>
        ) : null}
        <Select
          label={draft.rules.length > 0 ? 'Leads that no rule gives away go to' : 'New leads go to'}
          placeholder="Nobody"
          clearable
          clearButtonProps={{ 'aria-label': 'Nobody' }}
          searchable
          data={[...owners].map(([value, label]) => ({ value, label }))}
          value={defaultOwnerId}
          onChange={value => change({ defaultOwnerId: value })}
        />
      </fieldset>
      <ConflictNotice error={act.error} labels={labels} onReload={reload} onOverwrite={save} />
      {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
      {may ? (
        <div className={classes.save}>
          <Button type="submit" variant="filled" disabled={!isDirty} loading={act.isPending}>
            Save
          </Button>
          {isDirty ? (
            <Button variant="subtle" onClick={() => change(settingsOf(settings))}>
              Undo changes
            </Button>
          ) : null}
        </div>
      ) : null}
    </form>
  )
}
