import { Switch, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Choice } from '../../../ui/choice.tsx'
import { FormField } from '../../../ui/form-field.tsx'
import classes from './builder.module.css'
import { useBuilder, useSnapshot } from './builder-context.ts'
import type { Draft } from './draft.ts'
import { withSettings } from './draft-edits.ts'
import { problemAt } from './draft-problems.ts'

const WAYS = [
  { value: 'thanks', label: 'Say thanks' },
  { value: 'redirect', label: 'Go to another page' },
] as const

/** What a visitor sees after sending, and what is kept before. */
export function AfterSettings() {
  const { session, problems, isReadOnly } = useBuilder()
  const { value: draft } = useSnapshot(session)
  const put = (change: Partial<Draft>) =>
    session.apply(withSettings(session.get().value, change), { isQuiet: true })
  const wrong = (...path: string[]) => problemAt(problems, undefined, path)
  // The page that was named comes back when somebody changes their mind twice.
  const [page, setPage] = useState(draft.redirectUrl ?? '')
  const way = draft.redirectUrl === null ? 'thanks' : 'redirect'
  return (
    <div className={classes.parts}>
      <section aria-labelledby="form-after">
        <h2 id="form-after" className={classes.title}>
          After sending
        </h2>
        <fieldset className={classes.stack} disabled={isReadOnly}>
          <legend className="visually-hidden">After sending</legend>
          <FormField label="What happens">
            {() => (
              <Choice
                label="What happens"
                options={WAYS}
                value={way}
                onChange={next => {
                  if (draft.redirectUrl !== null) setPage(draft.redirectUrl)
                  put({ redirectUrl: next === 'thanks' ? null : page })
                }}
              />
            )}
          </FormField>
          {way === 'redirect' ? (
            <TextInput
              label="Address of the page"
              description="No answers go along"
              placeholder="https://example.com/thanks"
              type="url"
              value={draft.redirectUrl ?? ''}
              maxLength={2000}
              error={wrong('redirectUrl')}
              onChange={event => put({ redirectUrl: event.currentTarget.value })}
            />
          ) : (
            <>
              <TextInput
                label="Heading of the thanks"
                placeholder="Thank you, in the language of the page"
                value={draft.thankYouTitle}
                maxLength={200}
                error={wrong('thankYouTitle')}
                onChange={event => put({ thankYouTitle: event.currentTarget.value })}
              />
              <Textarea
                label="Text of the thanks"
                placeholder="Nothing"
                autosize
                minRows={2}
                maxRows={8}
                maxLength={5000}
                value={draft.thankYouText}
                error={wrong('thankYouText')}
                onChange={event => put({ thankYouText: event.currentTarget.value })}
              />
            </>
          )}
        </fieldset>
      </section>
      <section aria-labelledby="form-before">
        <h2 id="form-before" className={classes.title}>
          Before sending
        </h2>
        <fieldset className={classes.stack} disabled={isReadOnly}>
          <legend className="visually-hidden">Before sending</legend>
          <Switch
            label="Offer to keep answers that are not sent yet"
            description="Only when the visitor ticks a box for it. They can go on later, and you see where people stop."
            checked={draft.keepsPartials}
            onChange={event => put({ keepsPartials: event.currentTarget.checked })}
          />
          {draft.keepsPartials ? (
            <Textarea
              label="What the visitor agrees to"
              placeholder="A sentence in the language of the page"
              autosize
              minRows={2}
              maxRows={6}
              maxLength={500}
              value={draft.partialsText}
              error={wrong('partialsText')}
              onChange={event => put({ partialsText: event.currentTarget.value })}
            />
          ) : null}
        </fieldset>
      </section>
    </div>
  )
}
