import { Button } from '@mantine/core'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import { PageError } from '../../../../shell/page-error.tsx'
import { useTitle } from '../../../../shell/use-title.ts'
import { EmptyState } from '../../../../ui/empty-state.tsx'
import { ListFoot } from '../../../../ui/list-foot.tsx'
import { TableSkeleton } from '../../../../ui/skeleton.tsx'
import { Table } from '../../../../ui/table/table.tsx'
import { keyColumns } from './key-columns.tsx'
import { KeyPanel } from './key-panel.tsx'
import classes from './keys.module.css'
import { NewKeyPanel } from './new-key-panel.tsx'
import { useApiKeys } from './use-keys.ts'

/** What programs sign in with. */
export function ApiKeysPage() {
  useTitle('API keys')
  const [isCreating, setCreating] = useState(false)
  const create = (
    <Button
      variant="filled"
      leftSection={<Plus size={14} aria-hidden="true" />}
      onClick={() => setCreating(true)}
    >
      Create key
    </Button>
  )
  return (
    <>
      <div className={classes.head}>
        <p className={classes.about}>
          Programs use the API with a key. <a href="/docs/api">Read the API reference</a>
        </p>
        {create}
      </div>
      <KeyList onCreate={() => setCreating(true)} />
      {isCreating ? <NewKeyPanel onClose={() => setCreating(false)} /> : null}
    </>
  )
}

function KeyList({ onCreate }: { onCreate: () => void }) {
  const list = useApiKeys()
  const [openId, setOpenId] = useState<string>()
  const rows = list.data?.pages.flatMap(page => page.items)
  const open = rows?.find(row => row.id === openId)
  if (list.isError && rows === undefined) return <PageError error={list.error} reset={list.refetch} />
  if (rows === undefined) return <TableSkeleton />
  if (rows.length === 0) {
    return (
      <EmptyState icon={<KeyRound size={20} />} action={<Button onClick={onCreate}>Create a key</Button>}>
        No program has a key yet. A key does only what you allow it, and you can end it at any time.
      </EmptyState>
    )
  }
  return (
    <>
      <Table
        label="API keys"
        columns={keyColumns}
        rows={rows}
        rowId={key => key.id}
        rowLabel={key => key.name}
        onOpen={({ id }) => setOpenId(id)}
      />
      <ListFoot count={rows.length} one="key" many="keys" list={list} />
      {open ? <KeyPanel key={open.id} apiKey={open} onClose={() => setOpenId(undefined)} /> : null}
    </>
  )
}
