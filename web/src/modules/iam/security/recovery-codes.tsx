import { Button } from '@mantine/core'
import { Copy, Download } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { renewRecoveryCodes } from '#modules/iam/contract.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import classes from './security.module.css'

/** The codes, once. They take the focus, so that nobody overlooks them. */
export function NewRecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const box = useRef<HTMLElement>(null)
  useEffect(() => box.current?.focus(), [])
  const text = `Recovery codes for Millrace\n\n${codes.join('\n')}\n`
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    toastDone('The recovery codes are copied.')
  }
  return (
    <section ref={box} className={classes.codes} aria-label="Recovery codes" tabIndex={-1}>
      <p className={classes.warning}>Keep these recovery codes now. They are not shown again.</p>
      <p>Each signs you in once when you have neither your app nor a passkey at hand.</p>
      <ul className={classes.codeList}>
        {codes.map(code => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className={classes.actions}>
        <Button leftSection={<Copy size={14} aria-hidden="true" />} onClick={copy}>
          Copy
        </Button>
        <Button
          component="a"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          download="millrace-recovery-codes.txt"
          leftSection={<Download size={14} aria-hidden="true" />}
        >
          Download
        </Button>
        <Button variant="filled" onClick={onClose}>
          I have kept them
        </Button>
      </div>
    </section>
  )
}

interface RecoveryCodesProps {
  left: number
  onRenewed: () => void
}

/** How many codes are left, and the way to new ones. */
export function RecoveryCodes({ left, onRenewed }: RecoveryCodesProps) {
  const [codes, setCodes] = useState<readonly string[]>()
  const act = useAct(renewRecoveryCodes, {
    onSuccess: answer => {
      setCodes(answer.recoveryCodes)
      onRenewed()
    },
    onError: error => sayFailed(error),
  })
  if (codes) return <NewRecoveryCodes codes={codes} onClose={() => setCodes(undefined)} />
  return (
    <div className={classes.stack}>
      <p>
        {left === 0 ? 'No code is left.' : left === 1 ? '1 code is left.' : `${left} codes are left.`}
        {left > 0 && left < 4 ? ' Get new ones before they run out.' : ''}
      </p>
      <InlineConfirm
        label="Get new codes"
        consequence="The codes you have now stop working."
        onConfirm={() => act.mutate({})}
      />
    </div>
  )
}
