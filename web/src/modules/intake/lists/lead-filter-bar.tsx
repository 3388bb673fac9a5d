import type { ReactNode } from 'react'
import { FilterBar } from '../../crm/list/filter-bar.tsx'
import type { LeadLook } from './use-lead-look.ts'

/** What the leads are narrowed to, in the address. */
export function LeadFilterBar({ look, children }: { look: LeadLook; children?: ReactNode }) {
  const { search, fields, change } = look
  return (
    <FilterBar
      fields={fields}
      filter={search.filter ?? null}
      search={search.q ?? ''}
      many="leads"
      onFilter={filter => change({ filter: filter ?? undefined })}
      onSearch={q => change({ q: q === '' ? undefined : q })}
    >
      {children}
    </FilterBar>
  )
}
