import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { type FormDraft, getFormDraft, getFormVersion, publishForm } from '#modules/intake/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { CopyText } from '../../../ui/copy-text.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { SidePanel } from '../../../ui/side-panel.tsx'
import classes from './builder.module.css'
import { useBuilder, useSnapshot } from './builder-context.ts'
import { type DraftChange, draftChanges } from './draft-changes.ts'
import { type DraftProblem, serverProblems } from './draft-problems.ts'
import type { Part } from './parts.ts'
import { draftOf } from './stored-draft.ts'
import { useFormAct } from './use-form-acts.ts'

interface PublishPanelProps {
  form: FormDraft
  onClose: () => void
  onShow: (part: Part) => void
}

/** Before a publication: what changes for visitors, what is wrong, and the one button. */
export function PublishPanel({ form, onClose, onShow }: PublishPanelProps) {
  const { session, problems: found } = useBuilder()
  const { value: draft, saving } = useSnapshot(session)
  const params = { workflowId: form.workflowId }
  // The server looks at what is saved, and sees answers that nobody sees from here.
  const { data: latest } = useQuery(routeQuery(getFormDraft, { params }))
  useEffect(() => void session.flush(), [session])
  const problems =
    found.length > 0 || saving !== 'saved' ? found : serverProblems(latest?.problems ?? [], draft)
  const version = form.publishedVersion
  const before = useQuery({
    ...routeQuery(getFormVersion, { params: { ...params, number: version ?? 1 } }),
    enabled: version !== null,
  })
  const changes = useMemo(
    () => (before.data ? draftChanges(draftOf(before.data.definition), draft) : []),
    [before.data, draft],
  )
  const [isDone, setDone] = useState(false)
  const act = useFormAct(publishForm, session, {
    isSaid: false,
    onDone: () => setDone(true),
  })
  const words = act.error ? problemWords(act.error) : undefined
  const show = (problem: Pick<DraftProblem, 'field' | 'path'>) => {
    onShow(partOf(problem))
    if (problem.field !== undefined) session.open(problem.field)
    onClose()
  }
  if (isDone) return <Published form={latest ?? form} onClose={onClose} />
  const next = (version ?? 0) + 1
  const isSame = before.data !== undefined && changes.length === 0
  return (
    <SidePanel label="Publish the form" onClose={onClose}>
      <form
        className={classes.panel}
        noValidate
        onSubmit={event => {
          event.preventDefault()
          if (problems.length === 0) void act.run({ params })
        }}
      >
        <div>
          <h2 className={classes.heading}>Publish version {next}</h2>
          <p className={classes.hint}>
            Visitors see it at once. Whoever is filling in the form now can still send it.
          </p>
        </div>
        {problems.length > 0 ? <Problems problems={problems} onShow={show} /> : null}
        <section aria-label="Changes">
          <h3 className={classes.label}>
            {version === null ? 'What it asks' : `Changed since version ${version}`}
          </h3>
          {version === null ? (
            <ul className={classes.changes}>
              {draft.fields.map(({ key, label }) => (
                <li key={key}>{label.trim() || key}</li>
              ))}
            </ul>
          ) : (
            <Changes changes={changes} isKnown={before.data !== undefined} />
          )}
        </section>
        {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
        <div className={classes.acts}>
          <Button
            type="submit"
            variant="filled"
            loading={act.isPending}
            disabled={problems.length > 0 || (isSame && form.status === 'published')}
          >
            Publish version {next}
          </Button>
          <Button variant="subtle" onClick={onClose}>
            Close
          </Button>
        </div>
      </form>
    </SidePanel>
  )
}

/** Where a problem is mended. */
function partOf({ field, path }: Pick<DraftProblem, 'field' | 'path'>): Part {
  const [setting] = path
  if (field !== undefined || setting === 'fields' || setting === 'pages') return 'fields'
  if (setting === 'embed') return 'share'
  const ofSending = ['redirectUrl', 'thankYouTitle', 'thankYouText', 'keepsPartials', 'partialsText']
  return ofSending.includes(String(setting)) ? 'after' : 'page'
}

interface ProblemsProps {
  problems: readonly DraftProblem[]
  onShow: (problem: DraftProblem) => void
}

function Problems({ problems, onShow }: ProblemsProps) {
  const { session } = useBuilder()
  const { fields } = useSnapshot(session).value
  const nameOf = ({ field: key, path: [part, index] }: DraftProblem) => {
    const field = fields.find(each => each.key === key)
    if (field) return `“${field.label.trim() || field.key}”: `
    return part === 'pages' && typeof index === 'number' ? `Page ${index + 1}: ` : ''
  }
  return (
    <section aria-label="Problems">
      <h3 className={classes.label}>{problems.length === 1 ? '1 problem' : `${problems.length} problems`}</h3>
      <ul className={classes.problems}>
        {problems.map(problem => (
          <li key={`${problem.field} ${problem.path.join('/')} ${problem.message}`}>
            <button type="button" className={classes.problem} onClick={() => onShow(problem)}>
              {nameOf(problem)}
              {problem.message}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Changes({ changes, isKnown }: { changes: readonly DraftChange[]; isKnown: boolean }) {
  if (!isKnown) return <p className={classes.hint}>Being looked at.</p>
  if (changes.length === 0) return <p className={classes.hint}>Nothing changed.</p>
  return (
    <ul className={classes.changes}>
      {changes.map(({ kind, words }) => (
        <li key={words} data-kind={kind}>
          {words}
        </li>
      ))}
    </ul>
  )
}

/** After it: the link, which is what one came for. */
function Published({ form, onClose }: { form: FormDraft; onClose: () => void }) {
  return (
    <SidePanel label="The form is published" onClose={onClose}>
      <div className={classes.panel}>
        <div>
          <h2 className={classes.heading}>Version {form.publishedVersion} is published</h2>
          <p className={classes.hint}>Whoever has the link can fill it in.</p>
        </div>
        <CopyText label="Link of the form" text={form.url} />
        <div className={classes.acts}>
          <Button variant="filled" component="a" href={form.url} target="_blank" rel="noopener">
            Open the form
          </Button>
          <Button variant="subtle" onClick={onClose}>
            Close
          </Button>
        </div>
      </div>
    </SidePanel>
  )
}
