import { Link, linkOptions } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { RecordObject } from '#modules/crm/contract.ts'

/** Where the page of a record is. */
export function recordPlace(object: RecordObject, id: string) {
  switch (object) {
    case 'company':
      return linkOptions({ to: '/companies/$companyId', params: { companyId: id } })
    case 'person':
      return linkOptions({ to: '/people/$personId', params: { personId: id } })
    case 'deal':
      return linkOptions({ to: '/deals/$dealId', params: { dealId: id } })
  }
}

interface RecordLinkProps {
  object: RecordObject
  id: string
  className?: string | undefined
  children: ReactNode
}

/** A link to the page of a record. */
export function RecordLink({ object, id, className, children }: RecordLinkProps) {
  return (
    <Link {...recordPlace(object, id)} className={className}>
      {children}
    </Link>
  )
}
