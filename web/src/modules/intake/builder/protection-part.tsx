import { Link } from '@tanstack/react-router'
import { problemWords } from '../../../shell/problem.ts'
import { useMay } from '../../../shell/session.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { CaptchaForm } from '../quarantine/captcha-form.tsx'
import { ProtectionLevelChoice } from '../quarantine/protection-level.tsx'
import { CAPTCHA_WORDS, SPAM_WORDS } from '../quarantine/protection-words.ts'
import { useProtection } from '../quarantine/use-protection.ts'
import classes from './builder.module.css'

/** How the form is protected against what nobody meant to send. Not a part of the draft: what is set is in force at once. */
export function ProtectionPart({ workflowId }: { workflowId: string }) {
  const { query, mayChange, setLevel } = useProtection(workflowId)
  const maySeeHeld = useMay('quarantine:read')
  if (query.error && !query.data) {
    const words = problemWords(query.error)
    return (
      <ErrorState
        what={words.what}
        next={words.next}
        requestId={words.requestId}
        onRetry={() => void query.refetch()}
      />
    )
  }
  if (!query.data) return <TableSkeleton rows={4} />
  const { level, captcha } = query.data
  return (
    <div className={classes.parts}>
      <p className={classes.hint}>What is set here is in force at once and needs no publishing.</p>
      <section aria-labelledby="form-spam">
        <h2 id="form-spam" className={classes.title}>
          Against spam
        </h2>
        <div className={classes.stack}>
          <p className={classes.hint}>{SPAM_WORDS}</p>
          <ProtectionLevelChoice level={level} mayChange={mayChange} onChange={setLevel} />
          {maySeeHeld ? (
            <p className={classes.hint}>
              <Link to="/quarantine">See what was held back</Link>
            </p>
          ) : null}
        </div>
      </section>
      <section aria-labelledby="form-captcha">
        <h2 id="form-captcha" className={classes.title}>
          Captcha
        </h2>
        <div className={classes.stack}>
          <p className={classes.hint}>{CAPTCHA_WORDS}</p>
          <CaptchaForm
            key={captcha?.provider ?? ''}
            workflowId={workflowId}
            captcha={captcha}
            mayChange={mayChange}
          />
        </div>
      </section>
    </div>
  )
}
