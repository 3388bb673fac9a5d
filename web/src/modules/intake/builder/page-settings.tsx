import { Select, Textarea, TextInput } from '@mantine/core'
import { contrast } from '#modules/iam/contract.ts'
import { FormLanguage, PAGE_INKS } from '#modules/intake/contract.ts'
import { useOrganization } from '../../../shell/session.ts'
import { Choice } from '../../../ui/choice.tsx'
import { FormField } from '../../../ui/form-field.tsx'
import classes from './builder.module.css'
import { useBuilder, useSnapshot } from './builder-context.ts'
import { ColorInput } from './color-input.tsx'
import type { Draft } from './draft.ts'
import { withSettings } from './draft-edits.ts'
import { problemAt } from './draft-problems.ts'

/** A language as its own speakers call it. */
const LANGUAGES = FormLanguage.options.map(code => {
  const name = new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code
  return { value: code, label: name.charAt(0).toLocaleUpperCase(code) + name.slice(1) }
})

const APPEARANCES = [
  { value: 'auto', label: 'As the visitor likes' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const

/** What the page says and how it looks. */
export function PageSettings() {
  const { session, problems, isReadOnly } = useBuilder()
  const { value: draft } = useSnapshot(session)
  const put = (change: Partial<Draft>) =>
    session.apply(withSettings(session.get().value, change), { isQuiet: true })
  const wrong = (...path: string[]) => problemAt(problems, undefined, path)
  const { theme } = draft
  const appear = (appearance: Draft['theme']['appearance']) =>
    // A page with a color of its own is light or dark.
    put({ theme: { ...theme, appearance, pageColor: appearance === 'auto' ? null : theme.pageColor } })
  return (
    <div className={classes.parts}>
      <section aria-labelledby="form-words">
        <h2 id="form-words" className={classes.title}>
          Words
        </h2>
        <div className={classes.stack}>
          <TextInput
            label="Heading"
            value={draft.title}
            maxLength={200}
            readOnly={isReadOnly}
            error={wrong('title')}
            onChange={event => put({ title: event.currentTarget.value })}
          />
          <Textarea
            label="Introduction"
            placeholder="Nothing"
            autosize
            minRows={2}
            maxRows={8}
            maxLength={5000}
            readOnly={isReadOnly}
            value={draft.intro}
            error={wrong('intro')}
            onChange={event => put({ intro: event.currentTarget.value })}
          />
          <TextInput
            label="Button"
            placeholder="The word of the language for sending"
            value={draft.submitLabel}
            maxLength={60}
            readOnly={isReadOnly}
            error={wrong('submitLabel')}
            onChange={event => put({ submitLabel: event.currentTarget.value })}
          />
          <Select
            label="Language"
            description="Of what the page says by itself, such as “optional” and what is wrong with an answer"
            data={LANGUAGES}
            value={draft.language}
            allowDeselect={false}
            readOnly={isReadOnly}
            onChange={language => language && put({ language })}
          />
          <TextInput
            label="Name inside the organization"
            value={draft.name}
            maxLength={200}
            readOnly={isReadOnly}
            error={wrong('name')}
            onChange={event => put({ name: event.currentTarget.value })}
          />
        </div>
      </section>
      <section aria-labelledby="form-look">
        <h2 id="form-look" className={classes.title}>
          Look
        </h2>
        <fieldset className={classes.stack} disabled={isReadOnly}>
          <legend className="visually-hidden">Look</legend>
          <FormField label="Appearance">
            {() => (
              <Choice label="Appearance" options={APPEARANCES} value={theme.appearance} onChange={appear} />
            )}
          </FormField>
          <AccentColor draft={draft} put={put} error={wrong('theme', 'accentColor')} />
          {theme.appearance === 'auto' ? null : (
            <ColorInput
              label="Color of the page"
              none={theme.appearance === 'light' ? 'White' : 'Dark gray'}
              shown={theme.appearance === 'light' ? '#ffffff' : '#141718'}
              value={theme.pageColor}
              hint={theme.pageColor === null ? undefined : contrastWords(theme.appearance, theme.pageColor)}
              error={wrong('theme', 'pageColor')}
              onChange={pageColor => put({ theme: { ...theme, pageColor } })}
            />
          )}
        </fieldset>
      </section>
    </div>
  )
}

interface AccentProps {
  draft: Draft
  put: (change: Partial<Draft>) => void
  error: string | undefined
}

function AccentColor({ draft: { theme }, put, error }: AccentProps) {
  const { branding } = useOrganization()
  return (
    <ColorInput
      label="Color of buttons and focus"
      none="The color of the organization"
      shown={branding.accentColor ?? '#0b6b6b'}
      value={theme.accentColor}
      error={error}
      hint="Made darker or lighter where it could not be read otherwise"
      onChange={accentColor => put({ theme: { ...theme, accentColor } })}
    />
  )
}

/** How well the text of the page can be read on a color, in words. */
function contrastWords(appearance: 'light' | 'dark', pageColor: string): string {
  const reached = Math.min(...Object.values(PAGE_INKS[appearance]).map(ink => contrast(ink, pageColor)))
  return `Text on it has a contrast of ${(Math.floor(reached * 10) / 10).toLocaleString()} to 1; 4.5 is needed`
}
