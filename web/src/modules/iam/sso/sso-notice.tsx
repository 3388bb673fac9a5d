import { useSearch } from '@tanstack/react-router'
import { CircleAlert, Info } from 'lucide-react'
import classes from './sso.module.css'
import { outcomeWords } from './sso-words.ts'

/** Why somebody is on the sign-in page who went to a provider. */
export function SsoNotice() {
  const { sso, next } = useSearch({ from: '/sign-in' })
  if (sso) {
    return (
      <p role="alert" className={classes.notice} data-tone="bad">
        <CircleAlert size={16} aria-hidden="true" />
        <span>{outcomeWords(sso)}</span>
      </p>
    )
  }
  if (next !== '/connect-sign-in') return null
  return (
    <p role="status" className={classes.notice}>
      <Info size={16} aria-hidden="true" />
      <span>
        You have an account with this address. Sign in once as you usually do, then you can connect the two.
      </span>
    </p>
  )
}
