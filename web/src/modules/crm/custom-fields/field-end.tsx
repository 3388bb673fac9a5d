import { Button } from '@mantine/core'
import { Archive, ArchiveRestore, Trash2 } from 'lucide-react'
import { type CustomField, deleteCustomField } from '#modules/crm/contract.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { toastDone, toastFailed } from '../../../ui/toast-store.ts'
import classes from './custom-fields.module.css'
import { useArchiveField, useRenewFields } from './use-custom-fields.ts'

interface FieldEndProps {
  field: CustomField
  /** How many records have a value; undefined until it is known. */
  records: number | undefined
  onClose: () => void
}

/** What ends a field: put away with its values, or deleted with them. */
export function FieldEnd({ field, records, onClose }: FieldEndProps) {
  const renew = useRenewFields()
  const archive = useArchiveField()
  const remove = useAct(deleteCustomField, {
    onSuccess: ({ changeSetId }) => {
      renew()
      onClose()
      toastDone(
        changeSetId === null
          ? `“${field.label}” is deleted.`
          : `“${field.label}” is being deleted. Its values go in the background.`,
      )
    },
    onError: error => {
      const { what, next, requestId } = problemWords(error)
      toastFailed({ message: what, detail: next, requestId })
    },
  })
  return (
    <section className={classes.block} aria-label="Put away or delete">
      <p>{usedBy(records)}</p>
      <div className={classes.acts}>
        <Button
          leftSection={field.isArchived ? <ArchiveRestore size={14} /> : <Archive size={14} />}
          onClick={() => {
            archive(field.id, !field.isArchived)
            onClose()
          }}
        >
          {field.isArchived ? 'Bring back' : 'Archive'}
        </Button>
        {records === undefined ? null : (
          <InlineConfirm
            label="Delete field"
            icon={<Trash2 size={14} aria-hidden="true" />}
            consequence={consequenceOf(records)}
            onConfirm={() =>
              remove.mutate({
                params: { fieldId: field.id },
                query: records > 0 ? { deleteValues: 'true' } : {},
              })
            }
          />
        )}
      </div>
    </section>
  )
}

function usedBy(records: number | undefined): string {
  if (records === undefined) return 'Counting the records that have a value.'
  if (records === 0) return 'No record has a value yet.'
  return records === 1 ? '1 record has a value.' : `${records.toLocaleString()} records have a value.`
}

function consequenceOf(records: number): string {
  if (records === 0) return 'No record has a value in it.'
  const whose = records === 1 ? 'the value of 1 record' : `the values of ${records.toLocaleString()} records`
  return `Removes ${whose} for good. Their history keeps what was there.`
}
