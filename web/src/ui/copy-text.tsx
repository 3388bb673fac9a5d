import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import classes from './copy-text.module.css'

/** Text for the clipboard, such as a request id, a URL or a key. A click copies it and says so. */
export function CopyText({ label, text }: { label: string; text: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 2000)
  }
  return (
    <button type="button" className={classes.copy} onClick={copy} aria-label={`Copy ${label.toLowerCase()}`}>
      <code className={classes.text}>{text}</code>
      {copied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
      <span className="visually-hidden" aria-live="polite">
        {copied ? 'Copied' : ''}
      </span>
    </button>
  )
}
