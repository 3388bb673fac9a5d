import { Button, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { paletteOf, setAccentColor } from '#modules/iam/contract.ts'
import { problemWords } from '../../../../shell/problem.ts'
import { sessionQuery } from '../../../../shell/session.ts'
import { useAct } from '../../../../shell/use-act.ts'
import { ErrorState } from '../../../../ui/error-state.tsx'
import { toastDone } from '../../../../ui/toast-store.ts'
import classes from './branding.module.css'

const OWN = '#0b6b6b'
const COLOR = /^#[0-9a-f]{6}$/i

interface ColorFieldProps {
  saved: string | null
  /** What the preview shows. */
  color: string | null
  onChange: (color: string | null) => void
}

/** A color as a picker and as text; what cannot be read in it is said and mended by itself. */
export function ColorField({ saved, color, onChange }: ColorFieldProps) {
  const queryClient = useQueryClient()
  const [text, setText] = useState(saved ?? '')
  const act = useAct(setAccentColor, {
    onSuccess: ({ accentColor }) => {
      void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
      onChange(accentColor)
      setText(accentColor ?? '')
      toastDone('The color is saved.')
    },
  })
  const type = (next: string) => {
    act.reset()
    setText(next)
    if (COLOR.test(next)) onChange(next.toLowerCase())
    if (next.trim() === '') onChange(null)
  }
  const isSound = text.trim() === '' || COLOR.test(text)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isSound) act.mutate({ body: { accentColor: color } })
  }
  const words = act.error ? problemWords(act.error) : undefined
  return (
    <form noValidate onSubmit={submit} className={classes.stack}>
      <div className={classes.line}>
        <input
          type="color"
          className={classes.swatch}
          aria-label="Pick the accent color"
          value={color ?? OWN}
          onChange={event => type(event.currentTarget.value)}
        />
        <TextInput
          aria-label="Accent color"
          className={classes.short}
          placeholder={OWN}
          value={text}
          error={isSound ? undefined : 'Enter a color like #0b6b6b.'}
          spellCheck={false}
          onChange={event => type(event.currentTarget.value)}
        />
        <Button type="submit" variant="filled" disabled={!isSound || color === saved} loading={act.isPending}>
          Save
        </Button>
        {saved === null ? null : (
          <Button variant="subtle" onClick={() => act.mutate({ body: { accentColor: null } })}>
            Use the color of Millrace
          </Button>
        )}
      </div>
      <p className={classes.quiet}>{contrastWords(color)}</p>
      {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
    </form>
  )
}

/** What was made of the color so that everything can be read. */
function contrastWords(color: string | null): string {
  if (color === null) return 'The color of Millrace.'
  const { light, dark } = paletteOf(color)
  const changed = [
    ...(light.accentText === color ? [] : ['links on white are darker']),
    ...(dark.accent === color ? [] : ['buttons in the dark theme are lighter']),
    ...(dark.accentText === color ? [] : ['links in the dark theme are lighter']),
  ]
  const on = light.onAccent === '#ffffff' ? 'White' : 'Black'
  return changed.length === 0
    ? `${on} text on it can be read, and it can be read as it is.`
    : `${on} text on it can be read. So that everything else can be, ${changed.join(', ')}.`
}
