import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import type { RecordField } from '#modules/crm/contract.ts'
import { Avatar } from '../../../ui/avatar.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import { FieldEditor } from '../fields/field-editor.tsx'
import { type RelatedRecord, relatedOf } from '../fields/field-words.ts'
import { RecordLink } from '../fields/record-link.tsx'
import { EditTrouble } from './edit-trouble.tsx'
import type { FieldEdit, RecordTarget } from './edits.ts'
import { type AnyRecord, valueIn } from './record-values.ts'
import classes from './related-list.module.css'
import { RelatedList } from './related-list.tsx'
import { saveField } from './save-field.ts'

const field: RecordField = {
  key: 'peopleIds',
  label: 'People',
  kind: 'relation',
  relatesTo: 'person',
  group: '',
  isCustom: false,
  isEditable: true,
  isRequired: false,
  isSortable: false,
  isFilterable: false,
  isImportable: false,
}

interface DealPeopleProps {
  target: RecordTarget
  record: AnyRecord
  edits: readonly FieldEdit[]
  mayChange: boolean
  heading: 'h2' | 'h3'
}

/** Everybody a deal is with beside the first person, who is a field of it. */
export function DealPeople({ target, record, edits, mayChange, heading }: DealPeopleProps) {
  const [isAdding, setAdding] = useState(false)
  const value = valueIn(record, field)
  const people = (Array.isArray(value) ? value : []).map(relatedOf).filter(each => each !== undefined)
  const save = (next: readonly RelatedRecord[]) => saveField(target, field, people, next)
  const trouble = edits.findLast(each => each.field.key === field.key && each.state.kind !== 'saving')
  const add = (chosen: unknown) => {
    const person = relatedOf(chosen)
    if (person && !people.some(each => each.id === person.id)) save([...people, person])
  }
  return (
    <div>
      <RelatedList
        title="Other people"
        heading={heading}
        action={
          mayChange && !isAdding ? (
            <IconButton label="Add a person" size="sm" onClick={() => setAdding(true)}>
              <Plus size={14} />
            </IconButton>
          ) : null
        }
        query={{ data: { items: people, nextCursor: null }, error: null }}
        itemId={person => person.id}
        none="Nobody else is part of this deal."
      >
        {person => (
          <>
            <Avatar name={person.name} size={24} />
            <span className={classes.name}>
              <RecordLink object="person" id={person.id}>
                {person.name}
              </RecordLink>
            </span>
            {mayChange ? (
              <IconButton
                label={`Take ${person.name} away`}
                size="sm"
                onClick={() => save(people.filter(each => each.id !== person.id))}
              >
                <X size={14} />
              </IconButton>
            ) : null}
          </>
        )}
      </RelatedList>
      {isAdding ? (
        <FieldEditor field={field} value={null} onSave={add} onClose={() => setAdding(false)} />
      ) : null}
      {trouble ? <EditTrouble target={target} edit={trouble} onEdit={() => setAdding(true)} /> : null}
    </div>
  )
}
