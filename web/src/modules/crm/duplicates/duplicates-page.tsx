import { Button } from '@mantine/core'
import { useSearch } from '@tanstack/react-router'
import { CopyCheck } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { DuplicatePair, DuplicateScan, RecordObject } from '#modules/crm/contract.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { useMay } from '../../../shell/session.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ListFoot } from '../../../ui/list-foot.tsx'
import { Page } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { Tab, Tabs } from '../../../ui/tabs.tsx'
import { MergeDialog } from '../merge/merge-dialog.tsx'
import { access } from '../record/record-access.ts'
import { reasonWords } from './duplicate-words.ts'
import classes from './duplicates.module.css'
import { PairLine } from './pair-line.tsx'
import { pairKey, useDismiss, useDuplicates, useScan } from './use-duplicates.ts'

const tabs = { person: 'Contacts', company: 'Companies', deal: 'Deals' } as const

/** Records that may be one, one object at a time: merged, or said to be two. */
export function DuplicatesPage() {
  useTitle('Duplicates')
  const { object = 'person' } = useSearch({ from: '/app/duplicates' })
  const { scan, start } = useScan(object)
  const mayMerge = useMay(`${access[object].plural}:write`)
  return (
    <Page>
      <PageHeader
        title="Duplicates"
        tabs={
          <Tabs label="Kinds of records">
            {(['person', 'company', 'deal'] as const).map(each => (
              <Tab
                key={each}
                to="/duplicates"
                search={each === 'person' ? {} : { object: each }}
                activeOptions={{ exact: true, includeSearch: true }}
              >
                {tabs[each]}
              </Tab>
            ))}
          </Tabs>
        }
        actions={
          mayMerge ? (
            <Button onClick={start} loading={scan?.status === 'running'}>
              Look again
            </Button>
          ) : null
        }
      />
      {scan ? <ScanLine scan={scan} /> : null}
      <DuplicateList key={object} object={object} mayMerge={mayMerge} scan={scan} />
    </Page>
  )
}

/** How far the search is, and what it passed over. */
function ScanLine({ scan }: { scan: DuplicateScan }) {
  const crowded = scan.crowded.slice(0, 3)
  return (
    <div className={classes.scan} role="status">
      {scan.status === 'running' ? (
        `Comparing all records: ${scan.keysDone} of ${scan.keysTotal} ways.`
      ) : scan.finishedAt ? (
        <span>
          All records compared <RelativeTime at={scan.finishedAt} />; new ones as they come.
        </span>
      ) : (
        'Not compared yet.'
      )}
      {crowded.map(({ key, value, count }) => (
        <span key={`${key} ${value}`} className={classes.crowded}>
          {count.toLocaleString()} share {value} ({reasonWords[key].toLowerCase()}): too many to compare.
        </span>
      ))}
    </div>
  )
}

interface DuplicateListProps {
  object: RecordObject
  mayMerge: boolean
  scan: DuplicateScan | undefined
}

function DuplicateList({ object, mayMerge, scan }: DuplicateListProps) {
  const list = useDuplicates(object)
  const dismiss = useDismiss(object)
  const [place, setPlace] = useState(0)
  const [merging, setMerging] = useState<DuplicatePair>()
  const pairs = list.data?.pages.flatMap(page => page.items)
  const at = Math.min(place, Math.max(0, (pairs?.length ?? 0) - 1))
  const current = pairs?.[at]
  const box = useRef<HTMLUListElement>(null)
  const { refetch } = list
  const isDone = scan?.status === 'done'
  useEffect(() => {
    if (isDone) void refetch()
  }, [isDone, refetch])
  useEffect(() => {
    box.current?.children[at]?.scrollIntoView({ block: 'nearest' })
  }, [at])
  const go = (by: number) => setPlace(Math.max(0, Math.min(at + by, (pairs?.length ?? 1) - 1)))
  useShortcuts([
    { keys: 'j', label: 'Next pair', group: 'Duplicates', run: () => go(1) },
    { keys: 'k', label: 'Previous pair', group: 'Duplicates', run: () => go(-1) },
    ...(mayMerge && current
      ? [
          { keys: 'm', label: 'Merge', group: 'Duplicates', run: () => setMerging(current) },
          { keys: 'x', label: 'Not the same', group: 'Duplicates', run: () => dismiss(current) },
        ]
      : []),
  ])
  if (list.isError && pairs === undefined) return <PageError error={list.error} reset={list.refetch} />
  if (pairs === undefined) return <TableSkeleton />
  if (pairs.length === 0)
    return (
      <EmptyState icon={<CopyCheck size={20} />}>
        No duplicates. Records that share an address, a number or a name come here to be merged.
      </EmptyState>
    )
  return (
    <div className={classes.body}>
      <ul className={classes.list} ref={box} aria-label="Pairs that may be one">
        {pairs.map((pair, index) => (
          <PairLine
            key={pairKey(pair)}
            pair={pair}
            isCurrent={index === at}
            onPoint={() => setPlace(index)}
            onMerge={mayMerge ? () => setMerging(pair) : undefined}
            onDismiss={mayMerge ? () => dismiss(pair) : undefined}
          />
        ))}
      </ul>
      <ListFoot count={pairs.length} one="pair" many="pairs" list={list} />
      {merging ? (
        <MergeDialog
          object={object}
          keepId={merging.first.id}
          otherId={merging.second.id}
          onClose={() => setMerging(undefined)}
        />
      ) : null}
    </div>
  )
}
