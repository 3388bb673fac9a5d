import { Button, Select, TextInput } from '@mantine/core'
import { X } from 'lucide-react'
import classes from './audit-log.module.css'
import { areas } from './entry-words.ts'
import type { AuditSearch } from './use-audit-log.ts'

interface AuditFiltersProps {
  search: AuditSearch
  onChange: (search: AuditSearch) => void
}

/** What the log is narrowed to. One actor or one object is chosen in an entry and taken back here. */
export function AuditFilters({ search, onChange }: AuditFiltersProps) {
  const set = (more: AuditSearch) => onChange({ ...search, ...more })
  const day = (value: string) => (value === '' ? undefined : value)
  const isKnown = areas.some(({ value }) => value === search.action)
  return (
    <div className={classes.tools}>
      <Select
        size="xs"
        className={classes.area}
        aria-label="What happened"
        placeholder="Everything"
        clearable
        clearButtonProps={{ 'aria-label': 'Everything' }}
        data={[
          ...areas,
          ...(search.action && !isKnown ? [{ value: search.action, label: search.action }] : []),
        ]}
        value={search.action ?? null}
        onChange={value => set({ action: value ?? undefined })}
      />
      <TextInput
        size="xs"
        type="date"
        className={classes.day}
        aria-label="From"
        leftSection="From"
        leftSectionWidth={48}
        value={search.from ?? ''}
        onChange={event => set({ from: day(event.currentTarget.value) })}
      />
      <TextInput
        size="xs"
        type="date"
        className={classes.day}
        aria-label="Up to and including"
        leftSection="to"
        leftSectionWidth={32}
        value={search.to ?? ''}
        onChange={event => set({ to: day(event.currentTarget.value) })}
      />
      {search.actor ? <Chosen label="One actor" onClear={() => set({ actor: undefined })} /> : null}
      {search.objectId ? (
        <Chosen label="One object" onClear={() => set({ objectId: undefined, objectType: undefined })} />
      ) : null}
    </div>
  )
}

function Chosen({ label, onClear }: { label: string; onClear: () => void }) {
  return (
    <Button size="xs" rightSection={<X size={12} aria-hidden="true" />} onClick={onClear}>
      {label}
      <span className="visually-hidden">, show all</span>
    </Button>
  )
}
