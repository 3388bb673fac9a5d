import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import type { FormDraft } from '#modules/intake/contract.ts'
import { useMay } from '../../../shell/session.ts'
import { undoShortcuts } from '../../../shell/undo-buttons.tsx'
import { useSavedLater } from '../../../shell/use-saved-later.ts'
import { Choice } from '../../../ui/choice.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { AfterSettings } from './after-settings.tsx'
import classes from './builder.module.css'
import { BuilderBar } from './builder-bar.tsx'
import { BuilderContext, useSnapshot } from './builder-context.ts'
import { draftProblems } from './draft-problems.ts'
import { FieldList } from './field-list.tsx'
import { FormNews } from './form-news.tsx'
import { PageSettings } from './page-settings.tsx'
import type { Part } from './parts.ts'
import { Preview } from './preview.tsx'
import { ProtectionPart } from './protection-part.tsx'
import { PublishPanel } from './publish-panel.tsx'
import { sessionOf } from './session.ts'
import { ShareSettings } from './share-settings.tsx'
import { savedDraft } from './stored-draft.ts'
import { usePublishedKeys } from './use-published-keys.ts'
import { VersionsPanel } from './versions-panel.tsx'

const from = '/app/workflows/$workflowId/form' as const

/** The form of a workflow while it is made: what it asks on one side, the page it makes on the other. */
export function Builder({ form }: { form: FormDraft }) {
  const { part = 'fields' } = useSearch({ from })
  const navigate = useNavigate({ from: '/workflows/$workflowId/form' })
  const session = sessionOf(form.workflowId, savedDraft(form))
  useEffect(() => session.heard(savedDraft(form)), [session, form])
  useSavedLater(session)
  const { value: draft } = useSnapshot(session)
  const isReadOnly = !useMay('forms:write')
  const problems = useMemo(() => draftProblems(draft), [draft])
  const published = usePublishedKeys(form)
  const [over, setOver] = useState<'publish' | 'versions'>()
  const [side, setSide] = useState<'edit' | 'preview'>('edit')
  const show = (next: Part) =>
    void navigate({ search: { part: next === 'fields' ? undefined : next }, replace: true })
  useShortcuts(undoShortcuts(session, 'Form'))
  const context = useMemo(
    () => ({ session, problems, published, isReadOnly }),
    [session, problems, published, isReadOnly],
  )
  return (
    <BuilderContext value={context}>
      <BuilderBar
        form={form}
        part={part}
        onPart={show}
        onPublish={() => setOver('publish')}
        onVersions={() => setOver('versions')}
      />
      <div className={classes.narrow}>
        <Choice
          label="What is shown"
          options={[
            { value: 'edit', label: 'Edit' },
            { value: 'preview', label: 'Preview' },
          ]}
          value={side}
          onChange={setSide}
        />
      </div>
      <div className={classes.columns} data-side={side}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
        <section className={classes.editor} tabIndex={0} aria-label="The form">
          <FormNews />
          {part === 'fields' ? <FieldList /> : null}
          {part === 'page' ? <PageSettings /> : null}
          {part === 'after' ? <AfterSettings /> : null}
          {part === 'protection' ? <ProtectionPart workflowId={form.workflowId} /> : null}
          {part === 'share' ? <ShareSettings form={form} /> : null}
        </section>
        <Preview shows={part === 'after' ? 'thanks' : 'form'} />
      </div>
      {over === 'publish' ? (
        <PublishPanel form={form} onClose={() => setOver(undefined)} onShow={show} />
      ) : null}
      {over === 'versions' ? <VersionsPanel form={form} onClose={() => setOver(undefined)} /> : null}
    </BuilderContext>
  )
}
