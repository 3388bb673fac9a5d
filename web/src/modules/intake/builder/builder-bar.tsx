import { Button, Menu } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { ChartColumn, Ellipsis, History, Lock, LockOpen, RotateCcw } from 'lucide-react'
import { closeForm, discardFormDraft, type FormDraft, reopenForm } from '#modules/intake/contract.ts'
import { SaveMark } from '../../../shell/save-mark.tsx'
import { UndoButtons } from '../../../shell/undo-buttons.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import { Status } from '../../../ui/status.tsx'
import { toastDone, toastUndo } from '../../../ui/toast-store.ts'
import classes from './builder.module.css'
import { useBuilder, useSnapshot } from './builder-context.ts'
import { PARTS, type Part } from './parts.ts'
import { useFormAct } from './use-form-acts.ts'

interface BuilderBarProps {
  form: FormDraft
  part: Part
  onPart: (part: Part) => void
  onPublish: () => void
  onVersions: () => void
}

/** What can be done anywhere in the builder, where the form stands, and whether all is saved. */
export function BuilderBar({ form, part, onPart, onPublish, onVersions }: BuilderBarProps) {
  const { session, isReadOnly } = useBuilder()
  const { saving, error } = useSnapshot(session)
  return (
    <div className={classes.bar}>
      <Choice label="Parts of the form" options={PARTS} value={part} onChange={onPart} />
      {isReadOnly ? null : (
        <div className={classes.undo}>
          <UndoButtons session={session} />
        </div>
      )}
      <span className={classes.rest} />
      {isReadOnly ? null : <SaveMark saving={saving} error={error} onRetry={() => void session.flush()} />}
      <span className={classes.standing}>
        <Standing form={form} />
      </span>
      {form.publishedVersion === null ? null : (
        <Button
          variant="subtle"
          leftSection={<ChartColumn size={14} />}
          renderRoot={props => (
            <Link
              {...props}
              to="/workflows/$workflowId/form/analytics"
              params={{ workflowId: session.workflowId }}
            />
          )}
        >
          Analytics
        </Button>
      )}
      <FormMenu form={form} onVersions={onVersions} />
      {isReadOnly ? null : (
        <Button variant="filled" onClick={onPublish}>
          Publish
        </Button>
      )}
    </div>
  )
}

/** Whether visitors reach the form, and whether they see what stands here. */
function Standing({ form: { status, hasChanges } }: { form: FormDraft }) {
  if (status === 'draft') return <Status kind="draft">Not published</Status>
  if (status === 'closed') return <Status kind="paused">Closed</Status>
  return hasChanges ? (
    <Status kind="waiting">Unpublished changes</Status>
  ) : (
    <Status kind="active">Published</Status>
  )
}

function FormMenu({ form, onVersions }: { form: FormDraft; onVersions: () => void }) {
  const { session, isReadOnly } = useBuilder()
  const params = { workflowId: session.workflowId }
  const reopen = useFormAct(reopenForm, session, { onDone: () => toastDone('The form takes answers again.') })
  const close = useFormAct(closeForm, session, {
    onDone: () =>
      toastUndo('The form is closed. Whoever opens it is told so.', () => void reopen.run({ params })),
  })
  const discard = useFormAct(discardFormDraft, session, {
    words: 'Discarded the changes.',
    onDone: () => toastDone('The draft is what visitors see. Undo brings your changes back.'),
  })
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <IconButton label="More of the form" size="md">
          <Ellipsis size={16} />
        </IconButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<History size={14} />} onClick={onVersions}>
          Versions and old fields
        </Menu.Item>
        {isReadOnly || !form.hasChanges || form.publishedVersion === null ? null : (
          <Menu.Item leftSection={<RotateCcw size={14} />} onClick={() => void discard.run({ params })}>
            Discard changes
          </Menu.Item>
        )}
        {isReadOnly || form.status === 'draft' ? null : form.status === 'published' ? (
          <Menu.Item leftSection={<Lock size={14} />} onClick={() => void close.run({ params })}>
            Close the form
          </Menu.Item>
        ) : (
          <Menu.Item leftSection={<LockOpen size={14} />} onClick={() => void reopen.run({ params })}>
            Reopen the form
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
