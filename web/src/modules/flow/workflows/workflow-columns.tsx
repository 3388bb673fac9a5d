import { nodeTypes, type Workflow } from '#modules/flow/contract.ts'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { Status } from '../../../ui/status.tsx'
import type { Column } from '../../../ui/table/columns.ts'
import { NodeIcon } from '../canvas/node-icon.tsx'
import { workflowStatusWords } from '../run/run-words.ts'
import { sentenceCase } from '../words.ts'
import classes from './workflow-list.module.css'

/** The server stops counting here. */
const RUNS_COUNTED_MAX = 10_000

/** What starts a workflow, in words; undefined while nothing does. */
export function triggerWords(type: string | null): string | undefined {
  return type === null ? undefined : (nodeTypes.get(type)?.title ?? sentenceCase(type))
}

function runCount(count: number): string {
  return `${count.toLocaleString()}${count >= RUNS_COUNTED_MAX ? '+' : ''}`
}

const quiet = (words: string) => <span className={classes.none}>{words}</span>

export const workflowColumns: readonly Column<Workflow>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(6.5rem, 3fr)',
    essential: true,
    cell: ({ name, triggerType }) => {
      const type = triggerType === null ? undefined : nodeTypes.get(triggerType)
      return (
        <span className={classes.name}>
          <NodeIcon size="small" face={{ icon: type?.icon ?? '', kind: type?.kind ?? 'unknown' }} />
          <span className={classes.words}>{name}</span>
        </span>
      )
    },
  },
  {
    id: 'status',
    header: 'Status',
    width: 'minmax(5rem, 1fr)',
    essential: true,
    cell: ({ status }) => {
      const { kind, word } = workflowStatusWords(status)
      return <Status kind={kind}>{word}</Status>
    },
  },
  {
    id: 'trigger',
    header: 'Trigger',
    width: 'minmax(8rem, 1.5fr)',
    cell: ({ triggerType }) => triggerWords(triggerType) ?? quiet('Not chosen'),
  },
  {
    id: 'version',
    header: 'Version',
    width: '5rem',
    align: 'end',
    cell: ({ publishedVersion }) => publishedVersion ?? <span className="visually-hidden">None</span>,
  },
  { id: 'runs', header: 'Runs', width: '5rem', align: 'end', cell: ({ runCount: count }) => runCount(count) },
  {
    id: 'last',
    header: 'Last run',
    width: '6rem',
    align: 'end',
    essential: true,
    cell: ({ lastRunAt }) => (lastRunAt ? <RelativeTime at={lastRunAt} /> : quiet('Never')),
  },
]
