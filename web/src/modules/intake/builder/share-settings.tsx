import { Button, TagsInput, TextInput } from '@mantine/core'
import { ExternalLink } from 'lucide-react'
import { useState } from 'react'
import { embedCodes, type FormDraft, type FormField } from '#modules/intake/contract.ts'
import { CopyText } from '../../../ui/copy-text.tsx'
import classes from './builder.module.css'
import { useBuilder, useSnapshot } from './builder-context.ts'
import { campaignLink } from './campaign-link.ts'
import { withSettings } from './draft-edits.ts'
import { problemAt } from './draft-problems.ts'

/** The ways to the form: its link, and what is pasted into other pages. */
export function ShareSettings({ form }: { form: FormDraft }) {
  const { session, problems, isReadOnly } = useBuilder()
  const { value: draft } = useSnapshot(session)
  const [campaign, setCampaign] = useState('')
  const hosts = draft.embed.allowedHosts
  const link = campaignLink(form.url, campaign)
  const isOpen = form.status === 'published'
  const codes = embedCodes({
    url: form.url,
    key: form.key,
    title: draft.title || draft.name,
    fields: draft.fields as readonly FormField[] as FormField[],
    submitLabel: draft.submitLabel,
  })
  const isCaught = draft.fields.some(({ key, prefill }) => (prefill?.parameter ?? key) === 'utm_campaign')
  return (
    <div className={classes.parts}>
      <section aria-labelledby="form-link">
        <h2 id="form-link" className={classes.title}>
          Link
        </h2>
        <div className={classes.stack}>
          {isOpen ? null : (
            <p className={classes.hint}>
              {form.status === 'closed'
                ? 'The form is closed: whoever follows the link is told so.'
                : 'The link works once the form is published.'}
            </p>
          )}
          <div className={classes.line}>
            <CopyText label="Link of the form" text={link} />
            {isOpen ? (
              <Button
                component="a"
                size="xs"
                href={link}
                target="_blank"
                rel="noopener"
                leftSection={<ExternalLink size={14} />}
              >
                Open
              </Button>
            ) : null}
          </div>
          <TextInput
            label="Campaign"
            description={
              isCaught || campaign === ''
                ? 'Stands in the link, so that each lead says where it came from'
                : 'No field takes it yet: add a hidden field with the key utm_campaign'
            }
            placeholder="None"
            value={campaign}
            maxLength={100}
            onChange={event => setCampaign(event.currentTarget.value)}
          />
        </div>
      </section>
      <section aria-labelledby="form-embed">
        <h2 id="form-embed" className={classes.title}>
          On another site
        </h2>
        <div className={classes.stack}>
          <TagsInput
            label="Sites that may show it"
            description="*.example.com is every site below example.com. Holds once it is published."
            placeholder={hosts.length === 0 ? 'www.example.com' : ''}
            value={[...hosts]}
            maxTags={50}
            splitChars={[',', ' ', '\n']}
            acceptValueOnBlur
            readOnly={isReadOnly}
            error={problemAt(problems, undefined, ['embed', 'allowedHosts'], true)}
            onChange={all => {
              const allowedHosts = [...new Set(all.map(hostIn).filter(host => host !== ''))]
              session.apply(withSettings(session.get().value, { embed: { ...draft.embed, allowedHosts } }), {
                isQuiet: true,
              })
            }}
          />
          {hosts.length === 0 ? (
            <p className={classes.hint}>
              Name a site first; until then browsers refuse to show it elsewhere.
            </p>
          ) : (
            <>
              <Code label="Script, as high as the form" text={codes.script} />
              <Code label="Frame, for places that take no script" text={codes.iframe} />
              <Code label="Form of your own in plain HTML" text={codes.html} />
            </>
          )}
        </div>
      </section>
    </div>
  )
}

/** Text to paste into another page; its first line is shown. */
function Code({ label, text }: { label: string; text: string }) {
  return (
    <div>
      <p className={classes.label}>{label}</p>
      <CopyText label={label} text={text} />
    </div>
  )
}

/** The host of what somebody pasted, which may be a whole address. */
function hostIn(text: string): string {
  const host = text.trim().toLowerCase()
  return /^https?:\/\//.test(host) ? (URL.parse(host)?.host ?? host) : host.replace(/\/.*$/, '')
}
