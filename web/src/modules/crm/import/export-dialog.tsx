import { Button, Modal, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { createExport, type Export, exportFile, getExport } from '#modules/crm/contract.ts'
import { call, newKey, routeQuery } from '../../../shell/api.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { Choice } from '../../../ui/choice.tsx'
import { recordFieldsQuery } from '../fields/use-record-fields.ts'
import classes from './import.module.css'
import { bytesWords } from './import-words.ts'

const LOOK_MS = 700

interface ExportDialogProps {
  object: Export['object']
  /** Filter and order of the list, as its route takes them. */
  filter?: string | undefined
  sort?: string | undefined
  /** The keys of the columns that are shown, for whoever wants these alone. */
  columns?: readonly string[] | undefined
  onClose: () => void
}

/** Writes a list to a file: all of it, or the columns that are shown, for a spreadsheet or for another program. */
export function ExportDialog({ object, filter, sort, columns = [], onClose }: ExportDialogProps) {
  const fields = useExportedFields(object, columns)
  const [which, setWhich] = useState<'all' | 'shown'>('all')
  const [form, setForm] = useState<'excel' | 'comma'>('excel')
  const [asked, setAsked] = useState<Export>()
  const [isAsking, setAsking] = useState(false)
  const begin = async () => {
    setAsking(true)
    try {
      const body = {
        object,
        ...(filter ? { filter } : {}),
        ...(sort ? { sort } : {}),
        ...(which === 'shown' ? { fields } : {}),
        delimiter: form === 'excel' ? (';' as const) : (',' as const),
        mark: form === 'excel',
      }
      setAsked(await call(createExport, { body }, { idempotencyKey: newKey() }))
    } catch (error) {
      sayFailed(error)
    } finally {
      setAsking(false)
    }
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title="Export"
      size="sm"
      centered
      returnFocus
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className={classes.dialog}>
        {asked ? (
          <Outcome asked={asked} />
        ) : (
          <>
            {fields.length > 0 ? (
              <Choice
                label="Columns"
                options={[
                  { value: 'all', label: 'All fields' },
                  { value: 'shown', label: 'Shown columns' },
                ]}
                value={which}
                onChange={setWhich}
              />
            ) : null}
            <Select
              label="For"
              allowDeselect={false}
              data={[
                { value: 'excel', label: 'Excel and other spreadsheets (semicolons)' },
                { value: 'comma', label: 'Other programs (commas)' },
              ]}
              value={form}
              onChange={value => setForm(value === 'comma' ? 'comma' : 'excel')}
            />
            <p className={classes.about}>
              {filter ? 'Every record that the filter lets through' : 'Every record'} that you see. That you
              exported it is written into the audit log.
            </p>
            <Button variant="filled" loading={isAsking} onClick={() => void begin()} data-autofocus>
              Export
            </Button>
          </>
        )}
      </div>
    </Modal>
  )
}

/** Columns are put together of fields, and some show what other records have: the fields of these records among them. */
function useExportedFields(object: Export['object'], columns: readonly string[]): string[] {
  const { data } = useQuery(recordFieldsQuery(object))
  const known = new Set(data?.items.map(({ key }) => key))
  const parts = columns.flatMap(key =>
    key === 'name' && object === 'person' ? ['firstName', 'lastName'] : [key],
  )
  return [...new Set(parts.map(key => (known.has(`${key}Id`) ? `${key}Id` : key)))].filter(key =>
    known.has(key),
  )
}

/** Waits for the file and hands it over once; it can be had again for a day. */
function Outcome({ asked }: { asked: Export }) {
  const params = { exportId: asked.id }
  const { data = asked } = useQuery({
    ...routeQuery(getExport, { params }),
    initialData: asked,
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? LOOK_MS : false),
  })
  const link = useRef<HTMLAnchorElement>(null)
  const isDone = data.status === 'done'
  useEffect(() => {
    if (isDone) link.current?.click()
  }, [isDone])
  if (data.status === 'failed') return <p className={classes.failure}>{data.failure}</p>
  if (!isDone)
    return (
      <p role="status" className={classes.progressWords}>
        Writing the file. It may take a moment.
      </p>
    )
  return (
    <p role="status" className={classes.progressWords}>
      {(data.rows ?? 0).toLocaleString()} rows, {bytesWords(data.bytes ?? 0)}.{' '}
      <a ref={link} href={exportFile.path.replace(':exportId', asked.id)} download>
        Download the file
      </a>
    </p>
  )
}
