import { Button } from '@mantine/core'
import { CopyText } from '../../../../ui/copy-text.tsx'
import members from '../members/members.module.css'
import classes from './keys.module.css'

interface SecretShownProps {
  secret: string
  onDone: () => void
}

/** The secret of a key, the one time that it is shown. */
export function SecretShown({ secret, onDone }: SecretShownProps) {
  return (
    <section className={members.block} aria-label="Secret" aria-live="polite">
      <div className={classes.secret}>
        <h3>Copy the secret now</h3>
        <p>It is not shown again. A program sends it in the header Authorization, after the word Bearer.</p>
        <CopyText label="Secret" text={secret} />
      </div>
      <div className={members.acts}>
        <Button variant="filled" onClick={onDone}>
          I have copied it
        </Button>
      </div>
    </section>
  )
}
