import { PasswordInput, TextInput } from '@mantine/core'

export type ProofMethod = 'password' | 'code' | 'recoveryCode' | 'passkey'

/** The words that offer a way to prove who one is. */
export const PROOF_LABELS: Readonly<Record<ProofMethod, string>> = {
  password: 'Use your password',
  code: 'Use a code of your app',
  recoveryCode: 'Use a recovery code',
  passkey: 'Use a passkey',
}

interface ProofFieldProps {
  method: Exclude<ProofMethod, 'passkey'>
  value: string
  onChange: (value: string) => void
  error?: string | undefined
}

/** The field for a password, a code or a recovery code; keyboards and password managers know which it is. */
export function ProofField({ method, value, onChange, error }: ProofFieldProps) {
  const shared = {
    value,
    error,
    autoFocus: true,
    'data-autofocus': true,
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  }
  if (method === 'password') {
    return (
      <PasswordInput
        label="Password"
        name="password"
        autoComplete="current-password"
        visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
        {...shared}
      />
    )
  }
  if (method === 'code') {
    return (
      <TextInput
        label="Code"
        description="Six digits, from your authenticator app."
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={10}
        {...shared}
      />
    )
  }
  return (
    <TextInput
      label="Recovery code"
      description="One of the codes you kept. Each works once."
      name="recovery-code"
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={40}
      {...shared}
    />
  )
}
