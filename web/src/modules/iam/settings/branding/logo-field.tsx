import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Upload } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import { deleteLogo, LOGO_BYTES_MAX, setLogo } from '#modules/iam/contract.ts'
import { fieldErrors, problemWords } from '../../../../shell/problem.ts'
import { sessionQuery } from '../../../../shell/session.ts'
import { useAct } from '../../../../shell/use-act.ts'
import { toastDone } from '../../../../ui/toast-store.ts'
import { FormAlert } from '../../form-alert.tsx'
import classes from './branding.module.css'

/** The file as base64, as the API takes it. */
function readBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''))
    reader.onerror = () => reject(new Error('The file could not be read.'))
    reader.readAsDataURL(file)
  })
}

/** The logo as it is, and another one in its place by choosing a file or dropping it here. */
export function LogoField({ logoUrl, name }: { logoUrl: string | null; name: string }) {
  const queryClient = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const hint = useId()
  const [refusal, setRefusal] = useState<string>()
  const [isOver, setOver] = useState(false)
  const renew = () => queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
  const put = useAct(setLogo, { onSuccess: () => renew().then(() => toastDone('The logo is saved.')) })
  const remove = useAct(deleteLogo, {
    onSuccess: () => renew().then(() => toastDone('The logo is removed.')),
  })
  const take = async (file: File | undefined) => {
    if (!file) return
    put.reset()
    setRefusal(undefined)
    if (file.size > LOGO_BYTES_MAX) setRefusal('This file is larger than 256 KB.')
    else put.mutate({ body: { data: await readBase64(file) } })
  }
  const failed = put.error ?? remove.error
  const words = failed ? (fieldErrors(failed).data ?? problemWords(failed).what) : refusal
  return (
    <div className={classes.stack}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is the shortcut of the button inside */}
      <div
        className={classes.drop}
        data-over={isOver}
        onDragOver={event => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={event => {
          event.preventDefault()
          setOver(false)
          void take(event.dataTransfer.files[0])
        }}
      >
        {logoUrl ? <img className={classes.logo} src={logoUrl} alt={`Logo of ${name}`} /> : null}
        <input
          ref={input}
          type="file"
          accept="image/png,image/jpeg,image/webp"
          className="visually-hidden"
          tabIndex={-1}
          aria-label="Logo file"
          onChange={event => {
            void take(event.currentTarget.files?.[0])
            event.currentTarget.value = ''
          }}
        />
        <div className={classes.line}>
          <Button
            leftSection={<Upload size={14} aria-hidden="true" />}
            aria-describedby={hint}
            loading={put.isPending}
            onClick={() => input.current?.click()}
          >
            {logoUrl ? 'Replace' : 'Choose a picture'}
          </Button>
          {logoUrl ? (
            <Button variant="subtle" loading={remove.isPending} onClick={() => remove.mutate({})}>
              Remove
            </Button>
          ) : null}
        </div>
      </div>
      <p id={hint} className={classes.quiet}>
        PNG, JPEG or WebP, at most 256 KB and 2,048 pixels each way. A transparent background fits both
        themes.
      </p>
      <FormAlert>{words ?? null}</FormAlert>
    </div>
  )
}
