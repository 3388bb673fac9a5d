import { Button, Popover, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { createWorkflow, getWorkflow, listWorkflows } from '#modules/flow/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { usePaletteActions } from '../../../shell/palette-store.ts'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import classes from './workflow-list.module.css'

/** The button that asks for a name and opens the new workflow. */
export function CreateWorkflow({ isCentered = false }: { isCentered?: boolean | undefined }) {
  const [isOpen, setOpen] = useState(false)
  const open = () => setOpen(true)
  useShortcuts([{ keys: 'c', label: 'Create workflow', group: 'Workflows', run: open }])
  usePaletteActions([
    { id: 'flow.create', label: 'Create workflow', group: 'Workflows', keys: 'c', icon: Plus, run: open },
  ])
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      width={320}
      position={isCentered ? 'bottom' : 'bottom-end'}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button variant="filled" leftSection={<Plus size={14} />} onClick={() => setOpen(!isOpen)}>
          Create workflow
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <NameForm />
        <div className={classes.others}>
          <Link to="/workflow-templates">Begin with a template</Link>
          <Link to="/import-workflow">Import a file</Link>
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

function NameForm() {
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [problem, setProblem] = useState<string>()
  const act = useAct(createWorkflow, {
    onSuccess: async workflow => {
      const params = { workflowId: workflow.id }
      queryClient.setQueryData(routeKey(getWorkflow, { params }), workflow)
      void queryClient.invalidateQueries({ queryKey: routeKey(listWorkflows) })
      await navigate({ to: '/workflows/$workflowId', params })
    },
    onError: error => setProblem(fieldErrors(error).name ?? problemWords(error).what),
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const name = String(new FormData(event.currentTarget).get('name') ?? '').trim()
    if (name === '') setProblem('Enter a name.')
    else act.mutate({ body: { name } })
  }
  return (
    <form className={classes.create} noValidate onSubmit={submit}>
      <TextInput
        className={classes.field ?? ''}
        name="name"
        label="Name"
        placeholder="Thank a new lead"
        maxLength={200}
        autoComplete="off"
        data-autofocus
        error={problem}
        onChange={() => setProblem(undefined)}
      />
      <Button type="submit" variant="filled" className={classes.submit ?? ''} loading={act.isPending}>
        Create
      </Button>
    </form>
  )
}
