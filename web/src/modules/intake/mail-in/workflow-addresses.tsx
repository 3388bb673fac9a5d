import { Button, Select, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { deleteMailTag, type MailInbox, saveMailTag } from '#modules/intake/contract.ts'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { CopyText } from '../../../ui/copy-text.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import classes from './mail-in.module.css'
import { tagOf } from './mail-words.ts'
import { useKeepInbox, useRenewInbox, useWorkflowChoices } from './use-mail-in.ts'

interface WorkflowAddressesProps {
  inbox: MailInbox
  mayManage: boolean
}

/** The addresses of workflows, each with the word that picks it. */
export function WorkflowAddresses({ inbox, mayManage }: WorkflowAddressesProps) {
  const { choices, nameOf } = useWorkflowChoices()
  const renew = useRenewInbox()
  const remove = useAct(deleteMailTag, {
    onSuccess: async () => {
      await renew()
      toastDone('The workflow has no address of its own any more.')
    },
    onError: error => sayFailed(error),
  })
  const free = choices.filter(({ value }) => !inbox.tags.some(tag => tag.workflowId === value))
  return (
    <div className={classes.stack}>
      {inbox.tags.map(({ workflowId, address, plainAddress }) => (
        <div key={workflowId} className={classes.entry}>
          <div className={classes.entryHead}>
            <span className={classes.strong}>{nameOf(workflowId)}</span>
            {mayManage ? (
              <Button
                size="xs"
                variant="subtle"
                aria-label={`Remove the address of ${nameOf(workflowId)}`}
                onClick={() => remove.mutate({ params: { workflowId } })}
              >
                Remove
              </Button>
            ) : null}
          </div>
          <div>
            <CopyText label={`Address of ${nameOf(workflowId)}`} text={address} />
          </div>
          <p className={classes.quiet}>
            Where a plus is refused:{' '}
            <CopyText label={`Address of ${nameOf(workflowId)} without a plus`} text={plainAddress} />
          </p>
        </div>
      ))}
      {mayManage && free.length > 0 ? <NewAddress choices={free} /> : null}
    </div>
  )
}

function NewAddress({ choices }: { choices: readonly { value: string; label: string }[] }) {
  const keep = useKeepInbox()
  const [workflowId, setWorkflowId] = useState<string | null>(null)
  const [tag, setTag] = useState('')
  const act = useAct(saveMailTag, {
    onSuccess: inbox => {
      keep(inbox)
      setWorkflowId(null)
      setTag('')
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (workflowId !== null && tag.trim() !== '') act.mutate({ params: { workflowId }, body: { tag } })
  }
  const error = act.error ? (fieldErrors(act.error).tag ?? problemWords(act.error).what) : undefined
  return (
    <form className={classes.line} noValidate onSubmit={submit}>
      <Select
        className={classes.grow}
        label="Workflow"
        placeholder="Choose a workflow"
        data={[...choices]}
        value={workflowId}
        onChange={value => {
          setWorkflowId(value)
          setTag(tagOf(choices.find(choice => choice.value === value)?.label ?? ''))
        }}
      />
      <TextInput
        className={classes.grow}
        label="Word in its address"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={40}
        value={tag}
        error={error}
        onChange={event => {
          act.reset()
          setTag(event.currentTarget.value)
        }}
      />
      <Button type="submit" disabled={workflowId === null || tag.trim() === ''} loading={act.isPending}>
        Add
      </Button>
    </form>
  )
}
