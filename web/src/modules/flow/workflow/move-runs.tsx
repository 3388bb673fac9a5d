import { Button, Select } from '@mantine/core'
import { useState } from 'react'
import { useMay } from '../../../shell/session.ts'
import classes from './settings-tab.module.css'
import { useMoveRuns } from './use-move-runs.ts'

/** Moves the runs under way of an older version to the published one. */
export function MoveRuns({ workflowId, version }: { workflowId: string; version: number }) {
  const may = useMay('workflows:write')
  const [older, setOlder] = useState(String(version - 1))
  const { move, isMoving } = useMoveRuns(workflowId)
  const olders = Array.from({ length: version - 1 }, (_, index) => String(version - 1 - index))
  if (!may) return <p>Members who may change workflows can move them.</p>
  return (
    <div className={classes.line}>
      <Select
        label="From version"
        data={olders}
        value={older}
        onChange={value => value && setOlder(value)}
        className={classes.short ?? ''}
      />
      <Button loading={isMoving} onClick={() => move(Number(older))}>
        Move to version {version}
      </Button>
    </div>
  )
}
