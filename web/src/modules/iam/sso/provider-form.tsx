import { Button, Checkbox, PasswordInput, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import {
  changeIdentityProvider,
  createIdentityProvider,
  type IdentityProvider,
  listIdentityProviders,
} from '#modules/iam/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { CopyText } from '../../../ui/copy-text.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { bodyOf, draftErrors, draftOf, type ProviderDraft } from './provider-draft.ts'
import classes from './sso.module.css'

interface ProviderFormProps {
  /** The provider that is changed; absent for a new one. */
  provider?: IdentityProvider | undefined
  /** Where a new one comes into being. */
  next: { id: string; redirectUrl: string }
  onDone: () => void
}

/** Everything that has to be the same here and at the provider. */
export function ProviderForm({ provider, next, onDone }: ProviderFormProps) {
  const queryClient = useQueryClient()
  // A list that is read again proposes another id; the one whose redirect URL was copied has to stay.
  const [place] = useState(next)
  const [draft, setDraft] = useState(() => draftOf(provider))
  const [isChecked, setChecked] = useState(false)
  const onSuccess = async () => {
    await queryClient.invalidateQueries({ queryKey: routeKey(listIdentityProviders) })
    onDone()
  }
  const create = useAct(createIdentityProvider, { onSuccess })
  const update = useAct(changeIdentityProvider, { onSuccess })
  const act = provider ? update : create
  const own = draftErrors(draft, !provider)
  const refused = fieldErrors(act.error)
  const errorOf = (field: keyof ProviderDraft) =>
    (isChecked ? own[field] : undefined) ??
    Object.entries(refused).find(([name]) => name === field || name.startsWith(`${field}.`))?.[1]
  const change = (more: Partial<ProviderDraft>) => {
    act.reset()
    setDraft({ ...draft, ...more })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (Object.keys(own).length > 0) return
    const { clientSecret, ...body } = bodyOf(draft)
    if (provider) {
      const secret = clientSecret === undefined ? {} : { clientSecret }
      update.mutate({ params: { identityProviderId: provider.id }, body: { ...body, ...secret } })
    } else create.mutate({ body: { ...body, clientSecret: clientSecret ?? '', proposedId: place.id } })
  }
  const words = act.error && Object.keys(refused).length === 0 ? problemWords(act.error) : undefined
  return (
    <form className={classes.form} noValidate onSubmit={submit}>
      <div>
        <p className={classes.label}>Redirect URL</p>
        <p className={classes.hint}>
          Register this at the provider first; it gives you a client id and secret.
        </p>
        <CopyText label="Redirect URL" text={provider?.redirectUrl ?? place.redirectUrl} />
      </div>
      <ProviderFields draft={draft} change={change} errorOf={errorOf} isNew={!provider} />
      {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
      <div className={classes.actions}>
        <Button type="submit" variant="filled" loading={act.isPending}>
          {provider ? 'Save' : 'Add provider'}
        </Button>
        <Button variant="subtle" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  )
}

interface FieldsProps {
  draft: ProviderDraft
  change: (more: Partial<ProviderDraft>) => void
  errorOf: (field: keyof ProviderDraft) => string | undefined
  isNew: boolean
}

function ProviderFields({ draft, change, errorOf, isNew }: FieldsProps) {
  // An error stands in the place of the hint.
  const field = (
    name: Exclude<keyof ProviderDraft, 'vouchesForAddresses'>,
    hints: { description?: string; placeholder?: string } = {},
  ) => ({
    ...(errorOf(name) === undefined ? hints : {}),
    name,
    value: draft[name],
    error: errorOf(name),
    onChange: (event: { currentTarget: { value: string } }) => change({ [name]: event.currentTarget.value }),
  })
  return (
    <>
      <TextInput
        label="Name"
        autoFocus
        {...field('name', {
          description: 'Members read it on the sign-in page.',
          placeholder: 'Acme login',
        })}
      />
      <TextInput
        label="Issuer"
        inputMode="url"
        {...field('issuer', {
          description: 'The address by which the provider calls itself, without /.well-known.',
          placeholder: 'https://login.example.com',
        })}
      />
      <TextInput label="Client id" autoComplete="off" {...field('clientId')} />
      <PasswordInput
        label="Client secret"
        description={
          isNew ? 'Stored encrypted and never shown again.' : 'Stored. Enter a new one to replace it.'
        }
        autoComplete="new-password"
        placeholder={isNew ? '' : 'Unchanged'}
        visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the secret' }}
        {...field('clientSecret')}
      />
      <TextInput
        label="E-mail domains"
        {...field('domains', {
          description: 'Whose addresses it speaks for, once you have proved that they are yours.',
          placeholder: 'acme.com, acme.org',
        })}
      />
      <details className={classes.more}>
        <summary>More</summary>
        <TextInput label="Scopes" {...field('scopes')} />
        <Checkbox
          label="Trust addresses that it does not call verified"
          description="For providers that send no email_verified, such as Microsoft Entra, where people cannot choose their address themselves."
          checked={draft.vouchesForAddresses}
          onChange={event => change({ vouchesForAddresses: event.currentTarget.checked })}
        />
      </details>
    </>
  )
}
