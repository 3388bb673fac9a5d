import { Button, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { ArrowRight, Building2 } from 'lucide-react'
import { useState } from 'react'
import { findProvider, getInstallationProvider } from '#modules/iam/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { FormAlert } from '../form-alert.tsx'
import { emailMessage } from '../sign-in.tsx'
import classes from './sso.module.css'

/** The ways in beside a password: the provider of the installation, and that of one's own organization. */
export function SsoEntrance() {
  const { next, sso } = useSearch({ from: '/sign-in' })
  const [isOpen, setOpen] = useState(sso === 'other_provider')
  const { data } = useQuery({
    ...routeQuery(getInstallationProvider, {}),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const go = (startPath: string, more: Record<string, string> = {}) => {
    const url = new URL(startPath, window.location.origin)
    for (const [name, value] of Object.entries({ ...(next ? { next } : {}), ...more })) {
      url.searchParams.set(name, value)
    }
    window.location.assign(url)
  }
  const installation = data?.provider
  return (
    <div className={classes.entrance}>
      <p className={classes.or} aria-hidden="true">
        or
      </p>
      {installation ? (
        <Button fullWidth onClick={() => go(installation.startPath)}>
          Continue with {installation.name}
        </Button>
      ) : null}
      {isOpen ? (
        <OwnOrganization onFound={(startPath, hint) => go(startPath, { hint })} />
      ) : (
        <Button
          fullWidth
          leftSection={<Building2 size={16} aria-hidden="true" />}
          onClick={() => setOpen(true)}
        >
          Use single sign-on
        </Button>
      )}
    </div>
  )
}

/** Finds the provider of an organization by the domain of an address. */
function OwnOrganization({ onFound }: { onFound: (startPath: string, hint: string) => void }) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '' },
    validate: { email: emailMessage },
  })
  const act = useAct(findProvider, {
    onSuccess: ({ provider }, { body: { email } }) => {
      if (provider) onFound(provider.startPath, email)
      else form.setErrors({ email: `Nobody has set up single sign-on for ${email.split('@').at(-1)}.` })
    },
    onError: error => form.setErrors(fieldErrors(error)),
  })
  const words =
    act.error && Object.keys(fieldErrors(act.error)).length === 0 ? problemWords(act.error) : undefined
  return (
    <form className={classes.find} noValidate onSubmit={form.onSubmit(body => act.mutate({ body }))}>
      <TextInput
        label="Work e-mail"
        type="email"
        name="work-email"
        autoComplete="email"
        autoFocus
        key={form.key('email')}
        {...form.getInputProps('email')}
      />
      <FormAlert>{words ? [words.what, words.next].filter(Boolean).join(' ') : null}</FormAlert>
      <Button
        type="submit"
        fullWidth
        rightSection={<ArrowRight size={16} aria-hidden="true" />}
        loading={act.isPending || (act.data?.provider !== undefined && act.data.provider !== null)}
      >
        Continue
      </Button>
    </form>
  )
}
