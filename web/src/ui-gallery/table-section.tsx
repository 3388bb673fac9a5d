import { useMemo, useState } from 'react'
import { Avatar } from '../ui/avatar.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Status } from '../ui/status.tsx'
import type { Column, Sort } from '../ui/table/columns.ts'
import { Table } from '../ui/table/table.tsx'
import { toastDone } from '../ui/toast-store.ts'
import classes from './gallery.module.css'
import { Sample } from './sample.tsx'
import { runs, type SampleRun } from './sample-data.tsx'

const columns: readonly Column<SampleRun>[] = [
  {
    id: 'lead',
    header: 'Lead',
    width: 'minmax(10rem, 2fr)',
    sortable: true,
    essential: true,
    cell: run => (
      <span style={{ display: 'inline-flex', gap: '0.5rem', alignItems: 'center' }}>
        <Avatar name={run.lead} />
        {run.lead}
      </span>
    ),
  },
  {
    id: 'status',
    header: 'Status',
    width: 'minmax(7rem, 1fr)',
    essential: true,
    cell: run => <Status kind={run.status[0]}>{run.status[1]}</Status>,
  },
  { id: 'workflow', header: 'Workflow', width: 'minmax(10rem, 2fr)', cell: run => run.workflow },
  { id: 'steps', header: 'Steps', width: '4rem', align: 'end', sortable: true, cell: run => run.steps },
  {
    id: 'ms',
    header: 'Took, ms',
    width: '6rem',
    align: 'end',
    sortable: true,
    cell: run => run.ms.toLocaleString(),
  },
  { id: 'at', header: 'Started', width: '6rem', align: 'end', cell: run => <RelativeTime at={run.at} /> },
]

const read: Readonly<Record<string, (run: SampleRun) => string | number>> = {
  lead: run => run.lead,
  steps: run => run.steps,
  ms: run => run.ms,
}

/** Ten thousand rows. */
export function TableSection() {
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set(['run-2', 'run-3']))
  const [sort, setSort] = useState<Sort>()
  const rows = useMemo(() => {
    const by = sort && read[sort.column]
    if (!by) return runs
    return [...runs].sort((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0) * (sort.descending ? -1 : 1))
  }, [sort])
  return (
    <Sample name="Table">
      <div className={`${classes.frame} ${classes.tall}`}>
        <Table
          label="Sample runs"
          columns={columns}
          rows={rows}
          rowId={run => run.id}
          rowLabel={run => run.lead}
          onOpen={run => toastDone(`Opened the run of ${run.lead}.`)}
          selection={selection}
          onSelect={setSelection}
          sort={sort}
          onSort={setSort}
        />
      </div>
    </Sample>
  )
}
