import { useRouter } from '@tanstack/react-router'
import { ErrorState } from '../ui/error-state.tsx'
import classes from './page-error.module.css'
import { problemWords } from './problem.ts'

/** Stands in for a page that could not be read or drawn. */
export function PageError({ error, reset }: { error: unknown; reset?: (() => void) | undefined }) {
  const router = useRouter()
  const words = problemWords(error)
  const retry = () => {
    reset?.()
    router.invalidate()
  }
  return (
    <div className={classes.frame}>
      <ErrorState what={words.what} next={words.next} requestId={words.requestId} onRetry={retry} />
    </div>
  )
}
