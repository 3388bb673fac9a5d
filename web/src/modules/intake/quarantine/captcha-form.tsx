import { Button, PasswordInput, Select, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { type CaptchaProvider, type FormProtection, setFormProtection } from '#modules/intake/contract.ts'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import classes from './quarantine.module.css'
import { useRenewProtection } from './use-renew-protection.ts'

const PROVIDERS = [
  { value: 'turnstile', label: 'Cloudflare Turnstile' },
  { value: 'hcaptcha', label: 'hCaptcha' },
  { value: 'recaptcha', label: 'Google reCAPTCHA' },
  { value: 'other', label: 'Another service' },
] as const

const NO_SERVICE = { scriptUrl: '', widgetClass: '', answerField: '', verifyUrl: '' }
const SERVICE_FIELDS = [
  { key: 'scriptUrl', label: 'Script of the widget', placeholder: 'https://captcha.example.com/api.js' },
  { key: 'widgetClass', label: 'Class of the widget', placeholder: 'example-captcha' },
  { key: 'answerField', label: 'Field of its answer', placeholder: 'example-captcha-response' },
  {
    key: 'verifyUrl',
    label: 'Where answers are checked',
    placeholder: 'https://captcha.example.com/siteverify',
  },
] as const

interface CaptchaFormProps {
  workflowId: string
  captcha: FormProtection['captcha']
  mayChange: boolean
}

/** Which service asks visitors of a form, if any does. */
export function CaptchaForm({ workflowId, captcha, mayChange }: CaptchaFormProps) {
  const [provider, setProvider] = useState<CaptchaProvider>(captcha?.provider ?? 'turnstile')
  const [siteKey, setSiteKey] = useState(captcha?.siteKey ?? '')
  const [secret, setSecret] = useState('')
  const [service, setService] = useState(captcha?.service ?? NO_SERVICE)
  const renew = useRenewProtection(workflowId)
  const act = useAct(setFormProtection, {
    onSuccess: (protection, { body }) => {
      renew(protection)
      setSecret('')
      toastDone(body.captcha ? 'The captcha stands on the form.' : 'The captcha was taken off the form.')
    },
  })
  const params = { workflowId }
  const isKept = captcha !== null && captcha.provider === provider
  const isWhole = siteKey.trim() !== '' && (isKept || secret.trim() !== '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isWhole) return
    const kept = secret.trim() === '' ? {} : { secret }
    const own = provider === 'other' ? service : null
    act.mutate({ params, body: { captcha: { provider, siteKey, service: own, ...kept } } })
  }
  const errors = fieldErrors(act.error)
  const words = act.error && Object.keys(errors).length === 0 ? problemWords(act.error) : undefined
  const errorOf = (key: string) => errors[`captcha/service/${key}`] ?? errors[`captcha.service.${key}`]
  return (
    <form className={classes.stack} noValidate onSubmit={submit} aria-label="Captcha of the form">
      <fieldset className={classes.stack} disabled={!mayChange}>
        <Select
          label="Service"
          allowDeselect={false}
          data={[...PROVIDERS]}
          value={provider}
          onChange={value => setProvider((value ?? 'turnstile') as CaptchaProvider)}
        />
        <TextInput
          label="Site key"
          autoComplete="off"
          spellCheck={false}
          value={siteKey}
          onChange={event => setSiteKey(event.currentTarget.value)}
        />
        <PasswordInput
          label="Secret key"
          description={
            isKept
              ? 'Left empty, the one that is there stays.'
              : 'It is kept encrypted and never shown again.'
          }
          autoComplete="off"
          value={secret}
          onChange={event => setSecret(event.currentTarget.value)}
        />
        {provider === 'other'
          ? SERVICE_FIELDS.map(({ key, label, placeholder }) => (
              <TextInput
                key={key}
                label={label}
                placeholder={placeholder}
                autoCapitalize="none"
                autoComplete="off"
                spellCheck={false}
                value={service[key]}
                error={errorOf(key)}
                onChange={event => setService({ ...service, [key]: event.currentTarget.value })}
              />
            ))
          : null}
        {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
        <div className={classes.acts}>
          <Button type="submit" variant="filled" disabled={!isWhole} loading={act.isPending}>
            {captcha ? 'Save' : 'Put it on the form'}
          </Button>
          {captcha ? (
            <InlineConfirm
              label="Take it off"
              consequence="Its secret key is forgotten."
              onConfirm={() => act.mutate({ params, body: { captcha: null } })}
            />
          ) : null}
        </div>
      </fieldset>
    </form>
  )
}
