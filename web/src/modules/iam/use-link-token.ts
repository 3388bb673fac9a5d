import { useLocation } from '@tanstack/react-router'
import { useState } from 'react'

/**
 * The secret of a link from a letter. It stands behind the #, which browsers keep to themselves: it is in no server's log and
 * in no Referer header.
 */
export function useLinkToken(): string {
  const { hash } = useLocation()
  const [token] = useState(hash.replace(/^#/, ''))
  return token || 'none'
}
