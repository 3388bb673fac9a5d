import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Download, FileUp, Undo2 } from 'lucide-react'
import { type ImportSummary, importRejects } from '#modules/crm/contract.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { useMay } from '../../../shell/session.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ListFoot } from '../../../ui/list-foot.tsx'
import { Page, PageBody } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { Status } from '../../../ui/status.tsx'
import { takeBack } from '../bulk/use-bulk.ts'
import classes from './import.module.css'
import { bytesWords, countWords, importStatuses } from './import-words.ts'
import { useGoToNewImport } from './new-import-link.ts'
import { useImports } from './use-imports.ts'

/** Every file that was brought in: how far it is, what came of it, and the way back. */
export function ImportsPage() {
  useTitle('Imports')
  const list = useImports()
  const items = list.data?.pages.flatMap(page => page.items)
  const goToNew = useGoToNewImport()
  useShortcuts([{ keys: 'c', label: 'New import', group: 'Imports', run: goToNew }])
  const begin = (
    <Button variant="filled" leftSection={<FileUp size={14} aria-hidden="true" />} onClick={goToNew}>
      New import
    </Button>
  )
  return (
    <Page>
      <PageHeader title="Imports" actions={items && items.length > 0 ? begin : null} />
      <PageBody>
        {list.isError && !items ? (
          <PageError error={list.error} reset={() => void list.refetch()} />
        ) : !items ? (
          <TableSkeleton />
        ) : items.length === 0 ? (
          <EmptyState icon={<FileUp size={20} />} action={begin}>
            Files of people and companies that are brought in stand here, with what came of them and the way
            back.
          </EmptyState>
        ) : (
          <>
            <ul className={classes.list}>
              {items.map(each => (
                <ImportLine key={each.id} item={each} />
              ))}
            </ul>
            <ListFoot count={items.length} one="import" many="imports" list={list} />
          </>
        )}
      </PageBody>
    </Page>
  )
}

function ImportLine({ item }: { item: ImportSummary }) {
  const { kind, word } = importStatuses[item.status]
  const total = item.rowsTotal ?? 0
  return (
    <li className={classes.line}>
      <div className={classes.lineHead}>
        <Status kind={kind}>{word}</Status>
        <Link className={classes.name} to="/imports/$importId" params={{ importId: item.id }}>
          {item.fileName}
        </Link>
        <span className={classes.about}>
          {item.object === 'person' ? 'People' : 'Companies'}, {bytesWords(item.fileBytes)},{' '}
          <RelativeTime at={item.createdAt} />
        </span>
      </div>
      <ImportActs item={item} />
      <p className={classes.counts}>{item.failure ?? countWords(item.counts)}</p>
      {item.status === 'running' || item.status === 'paused' ? (
        <progress
          className={classes.meter}
          aria-label={`${item.fileName}: rows taken in`}
          max={Math.max(total, 1)}
          value={item.rowsDone}
        />
      ) : null}
    </li>
  )
}

/** What can be had of an import and done with it, wherever it is shown. */
export function ImportActs({ item }: { item: ImportSummary }) {
  const mayUndo = useMay('changes:write')
  const { changeSetId, undoUntil, counts } = item
  const faulty = counts.refused + counts.partly
  const isUndoable = changeSetId !== null && undoUntil !== null && new Date(undoUntil) > new Date()
  return (
    <div className={classes.acts}>
      {faulty > 0 ? (
        <Button
          size="xs"
          component="a"
          href={importRejects.path.replace(':importId', item.id)}
          download
          leftSection={<Download size={14} aria-hidden="true" />}
        >
          {faulty.toLocaleString()} {faulty === 1 ? 'row' : 'rows'} with problems
        </Button>
      ) : null}
      {isUndoable && mayUndo ? (
        <Button
          size="xs"
          leftSection={<Undo2 size={14} aria-hidden="true" />}
          onClick={() => void takeBack(changeSetId)}
        >
          Undo
        </Button>
      ) : null}
    </div>
  )
}
