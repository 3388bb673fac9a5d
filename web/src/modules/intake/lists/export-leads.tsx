import { Button, Modal, Select } from '@mantine/core'
import { useState } from 'react'
import { exportLeads } from '#modules/intake/contract.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { viewAsHeaders } from '../../../shell/view-as.ts'
import { toastDone } from '../../../ui/toast-store.ts'
import classes from './export-leads.module.css'
import type { LeadLook } from './use-lead-look.ts'

interface ExportLeadsProps {
  workflowId: string
  look: LeadLook
  onClose: () => void
}

/** Gives the leads with their answers as a file: all of them, or those that the filter lets through. */
export function ExportLeads({ workflowId, look, onClose }: ExportLeadsProps) {
  const [form, setForm] = useState<'excel' | 'comma'>('excel')
  const [isBusy, setBusy] = useState(false)
  const run = async () => {
    setBusy(true)
    try {
      const { rows, name, content } = await download(workflowId, {
        ...(look.filter ? { filter: look.filter } : {}),
        ...(look.ownerUserId ? { ownerUserId: look.ownerUserId } : {}),
        delimiter: form === 'excel' ? ';' : ',',
        mark: String(form === 'excel'),
      })
      save(name, content)
      toastDone(`${rows.toLocaleString()} ${rows === 1 ? 'lead is' : 'leads are'} in ${name}.`)
      onClose()
    } catch (error) {
      sayFailed(error, () => void run())
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title="Export leads"
      size="sm"
      centered
      returnFocus
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className={classes.dialog}>
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
          {look.isNarrowed ? 'Every lead that the filter lets through' : 'Every lead'} of this workflow that
          you see, with all answers; fields that are no longer asked have their column while there are answers
          to them. That you exported it is written into the audit log.
        </p>
        <Button variant="filled" loading={isBusy} onClick={() => void run()} data-autofocus>
          Export
        </Button>
      </div>
    </Modal>
  )
}

interface Download {
  readonly rows: number
  readonly name: string
  readonly content: Blob
}

/** Reads the whole file before any of it is given: one that breaks off is no file. Throws `ProblemError`. */
async function download(workflowId: string, query: Readonly<Record<string, string>>): Promise<Download> {
  const path = exportLeads.path.replace(':workflowId', workflowId)
  const response = await fetch(`${path}?${new URLSearchParams(query)}`, {
    headers: viewAsHeaders(exportLeads),
  })
  if (!response.ok) throw new ProblemError(await response.json())
  const content = await response.blob()
  const name =
    /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'leads.csv'
  return { rows: Number(response.headers.get('row-count')), name, content }
}

function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has begun by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
