import { Menu } from '@mantine/core'
import { Check, ChevronsUpDown } from 'lucide-react'
import classes from './leads.module.css'

interface WorkflowMenuProps {
  workflows: readonly { readonly id: string; readonly name: string }[]
  chosenId: string | undefined
  name: string
  onChoose: (id: string) => void
}

/** The workflow whose board is shown, and the others. */
export function WorkflowMenu({ workflows, chosenId, name, onChoose }: WorkflowMenuProps) {
  if (!workflows.some(workflow => workflow.id !== chosenId)) {
    return <span className={classes.workflowName}>{name}</span>
  }
  return (
    <Menu width={260}>
      <Menu.Target>
        <button type="button" className={classes.workflow} aria-label={`Workflow: ${name}`}>
          <span className={classes.workflowName}>{name}</span>
          <ChevronsUpDown size={14} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Leads of</Menu.Label>
        {workflows.map(workflow => (
          <Menu.Item
            key={workflow.id}
            rightSection={workflow.id === chosenId ? <Check size={14} aria-label="shown" /> : null}
            onClick={() => onChoose(workflow.id)}
          >
            {workflow.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
