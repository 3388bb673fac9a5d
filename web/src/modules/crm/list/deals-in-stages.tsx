import { Button, Menu } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Check, ChevronDown } from 'lucide-react'
import { listPipelines } from '#modules/crm/contract.ts'
import type { Filter } from '#platform/contract/filter.ts'
import { routeQuery } from '../../../shell/api.ts'
import { DealBoard } from '../deals/deal-board.tsx'
import { usePeek } from '../record/peek.ts'
import classes from './list.module.css'

interface DealsInStagesProps {
  pipelineId: string | null
  filter: Filter | null
  onClear: () => void
}

/** The deals of a list on the board of a pipeline. */
export function DealsInStages({ pipelineId, filter, onClear }: DealsInStagesProps) {
  const peek = usePeek()
  return (
    <div className={classes.board}>
      <DealBoard
        pipelineId={pipelineId ?? undefined}
        filter={filter ? JSON.stringify(filter) : undefined}
        openId={peek.target?.id}
        onOpen={id => peek.open({ object: 'deal', id })}
        onClearFilter={onClear}
      />
    </div>
  )
}

/** Chooses whose stages the columns of the board are. */
export function PipelineChoice({
  pipelineId,
  onChoose,
}: {
  pipelineId: string | null
  onChoose: (pipelineId: string) => void
}) {
  const pipelines = useQuery(routeQuery(listPipelines, {})).data?.items ?? []
  const chosen = pipelines.find(({ id }) => id === pipelineId) ?? pipelines[0]
  if (!chosen || pipelines.length < 2) return null
  return (
    <Menu position="bottom-end" returnFocus>
      <Menu.Target>
        <Button size="xs" variant="subtle" rightSection={<ChevronDown size={14} aria-hidden="true" />}>
          Pipeline: {chosen.name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {pipelines.map(({ id, name }) => (
          <Menu.Item
            key={id}
            rightSection={id === chosen.id ? <Check size={14} aria-label="chosen" /> : null}
            onClick={() => onChoose(id)}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
