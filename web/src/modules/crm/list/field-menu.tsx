import { Combobox, useCombobox } from '@mantine/core'
import { Check, Layers } from 'lucide-react'
import { type ReactElement, useEffect, useState } from 'react'
import type { RecordField } from '#modules/crm/contract.ts'
import classes from './filter-bar.module.css'

interface FieldMenuProps {
  label: string
  fields: readonly RecordField[]
  opened: boolean
  onChange: (opened: boolean) => void
  onChoose: (field: RecordField) => void
  chosen?: string | null
  /** One thing that is no field, behind the fields. */
  more?: { readonly label: string; readonly run: () => void }
  children: ReactElement
}

const MORE = ' more'
const SHOWN_MAX = 200

/** Chooses a field by typing a part of its name. */
export function FieldMenu({
  label,
  fields,
  opened,
  onChange,
  onChoose,
  chosen,
  more,
  children,
}: FieldMenuProps) {
  const [search, setSearch] = useState('')
  const combobox = useCombobox({
    opened,
    onOpenedChange: onChange,
    onDropdownClose: () => combobox.focusTarget(),
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: what opens it is not always this component
  useEffect(() => {
    if (!opened) return
    setSearch('')
    combobox.focusSearchInput()
  }, [opened])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first of what is found now, once it is drawn
  useEffect(() => {
    if (opened) combobox.selectFirstOption()
  }, [opened, search])
  const wanted = search.trim().toLocaleLowerCase()
  const found = fields.filter(field => field.label.toLocaleLowerCase().includes(wanted)).slice(0, SHOWN_MAX)
  const groups = [...Map.groupBy(found, field => field.group)]
  return (
    <Combobox
      store={combobox}
      position="bottom-start"
      width={260}
      onOptionSubmit={key => {
        const field = fields.find(each => each.key === key)
        if (field) onChoose(field)
        else more?.run()
      }}
    >
      <Combobox.Target withAriaAttributes={false}>{children}</Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          aria-label={label}
          placeholder="Find a field"
          value={search}
          onChange={event => setSearch(event.currentTarget.value)}
        />
        <Combobox.Options className={classes.fields} aria-label={label}>
          {groups.map(([group, members]) => (
            <Combobox.Group key={group} label={group || undefined}>
              {members.map(field => (
                <Combobox.Option key={field.key} value={field.key} className={classes.option}>
                  {field.label}
                  {chosen === field.key ? <Check size={14} aria-label="chosen" /> : null}
                </Combobox.Option>
              ))}
            </Combobox.Group>
          ))}
          {more ? (
            <Combobox.Option value={MORE} className={classes.option}>
              {more.label}
              <Layers size={14} aria-hidden="true" />
            </Combobox.Option>
          ) : null}
          {found.length === 0 && !more ? <Combobox.Empty>No such field</Combobox.Empty> : null}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
