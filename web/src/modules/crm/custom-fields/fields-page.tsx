import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { Plus, Shapes } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { CustomField, RecordObject } from '#modules/crm/contract.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { useTitle } from '../../../shell/use-title.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { PageBody } from '../../../ui/page.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { SortList } from '../../../ui/sort-list.tsx'
import { Tab, Tabs } from '../../../ui/tabs.tsx'
import { recordFieldsQuery } from '../fields/use-record-fields.ts'
import classes from './custom-fields.module.css'
import { BuiltInLine, FieldLine } from './field-line.tsx'
import { FieldPanel, NewFieldPanel } from './field-panel.tsx'
import { objectWords } from './kind-words.ts'
import { useCustomFields, useOrderFields } from './use-custom-fields.ts'

const objects: readonly RecordObject[] = ['person', 'company', 'deal']

/** What records are made of: the fields of the organization, in order, and those that every organization has. */
export function FieldsPage() {
  useTitle('Fields')
  const { object = 'person' } = useSearch({ from: '/app/settings/fields' })
  const [isAdding, setAdding] = useState(false)
  const [open, setOpen] = useState<CustomField>()
  const add = () => {
    setOpen(undefined)
    setAdding(true)
  }
  useShortcuts([{ keys: 'n', label: 'New field', group: 'Fields', run: add }])
  return (
    <>
      <div className={classes.head}>
        <Tabs label="Fields of">
          {objects.map(each => (
            <Tab
              key={each}
              to="/settings/fields"
              search={{ object: each === 'person' ? undefined : each }}
              activeOptions={{ exact: true, includeSearch: true }}
            >
              {objectWords[each].many}
            </Tab>
          ))}
        </Tabs>
        <Button variant="filled" leftSection={<Plus size={14} aria-hidden="true" />} onClick={add}>
          Add field
        </Button>
      </div>
      <FieldLists key={object} object={object} onOpen={setOpen} onAdd={add} />
      {isAdding ? (
        <NewFieldPanel key={object} object={object} onClose={() => setAdding(false)} />
      ) : open ? (
        <FieldPanel key={open.id} fieldId={open.id} label={open.label} onClose={() => setOpen(undefined)} />
      ) : null}
    </>
  )
}

interface FieldListsProps {
  object: RecordObject
  onOpen: (field: CustomField) => void
  onAdd: () => void
}

function FieldLists({ object, onOpen, onAdd }: FieldListsProps) {
  const custom = useCustomFields(object)
  const all = useQuery(recordFieldsQuery(object))
  const order = useOrderFields(object)
  const failed = custom.error ?? all.error
  if (failed && !(custom.data && all.data))
    return <PageError error={failed} reset={() => Promise.all([custom.refetch(), all.refetch()])} />
  if (!custom.data || !all.data) return <TableSkeleton rows={12} />
  const fields = custom.data.items.filter(field => !field.isArchived)
  const archived = custom.data.items.filter(field => field.isArchived)
  const builtIn = all.data.items.filter(field => !field.isCustom)
  const words = objectWords[object]
  return (
    <PageBody>
      <Group title="Your fields" about={fields.length > 1 ? 'In the order of forms and records.' : undefined}>
        {fields.length === 0 ? (
          <EmptyState icon={<Shapes size={20} />} action={<Button onClick={onAdd}>Add a field</Button>}>
            {words.many} have no fields of your own yet. Add what you want to know of each.
          </EmptyState>
        ) : (
          <div className={classes.sorted}>
            <SortList
              label="Your fields"
              items={fields}
              idOf={field => field.id}
              nameOf={field => field.label}
              onSort={order}
            >
              {field => <FieldLine field={field} onOpen={() => onOpen(field)} />}
            </SortList>
          </div>
        )}
      </Group>
      {archived.length > 0 ? (
        <Group title="Archived" about="Offered nowhere. Their values are kept.">
          <div className={classes.plain}>
            {archived.map(field => (
              <FieldLine key={field.id} field={field} onOpen={() => onOpen(field)} />
            ))}
          </div>
        </Group>
      ) : null}
      <Group title="Built in" about="Every organization has these.">
        <div className={classes.plain}>
          {builtIn.map(field => (
            <BuiltInLine key={field.key} field={field} />
          ))}
        </div>
      </Group>
    </PageBody>
  )
}

interface GroupProps {
  title: string
  about: string | undefined
  children: ReactNode
}

function Group({ title, about, children }: GroupProps) {
  return (
    <section className={classes.group} aria-label={title}>
      <div className={classes.groupHead}>
        <h2>{title}</h2>
        {about ? <p>{about}</p> : null}
      </div>
      {children}
    </section>
  )
}
