import { Button } from '@mantine/core'
import { CircleAlert } from 'lucide-react'
import { useMemberNames } from '../../../shell/member-names.ts'
import { fieldWords } from '../fields/field-words.ts'
import { endEdit, type FieldEdit, type RecordTarget } from './edits.ts'
import { EmailOwner } from './email-owner.tsx'
import classes from './inline-field.module.css'
import { retryEdit, saveField } from './save-field.ts'
import { StageAsked } from './stage-asked.tsx'

interface EditTroubleProps {
  target: RecordTarget
  edit: FieldEdit
  /** Opens the editor with what was typed. */
  onEdit: () => void
}

/** Under a value that could not be saved: why, what was typed, and the ways on. */
export function EditTrouble({ target, edit, onEdit }: EditTroubleProps) {
  const { field, base, value, state, number } = edit
  const theirs = state.kind === 'conflict' ? state.theirs : undefined
  const ids = field.kind === 'user' ? [base, value, theirs].filter(id => typeof id === 'string') : []
  const names = useMemberNames(ids)
  const wordsOf = (of: unknown) => fieldWords(field, of, names) || 'Nothing'
  const giveUp = () => endEdit(target, number)
  if (state.kind === 'failed' && state.asks && typeof value === 'string') {
    return <StageAsked target={target} edit={edit} stageId={value} missing={state.asks} />
  }
  if (state.kind === 'failed') {
    return (
      <div className={classes.trouble} data-kind="failed" role="alert">
        <p className={classes.what}>
          <CircleAlert size={14} aria-hidden="true" />
          <span>{state.message}</span>
        </p>
        <p className={classes.kept}>Not saved: {wordsOf(value)}</p>
        {state.code === 'crm.email_taken' && typeof value === 'string' ? <EmailOwner email={value} /> : null}
        <div className={classes.ways}>
          {state.isRefused ? (
            <Button size="xs" onClick={onEdit}>
              Correct it
            </Button>
          ) : (
            <Button size="xs" onClick={() => retryEdit(target, edit)}>
              Retry
            </Button>
          )}
          <Button size="xs" variant="subtle" onClick={giveUp}>
            Discard
          </Button>
        </div>
      </div>
    )
  }
  if (state.kind !== 'conflict') return null
  const keep = (chosen: unknown) => {
    giveUp()
    saveField(target, field, state.theirs, chosen)
  }
  const choices = [
    { word: 'Yours', value, choose: () => keep(value) },
    { word: 'Theirs', value: state.theirs, choose: giveUp },
    { word: 'Original', value: base, choose: () => keep(base) },
  ]
  return (
    <div className={classes.trouble} data-kind="conflict" role="alert">
      <fieldset className={classes.choices}>
        <legend>Somebody else changed this while you did. Which one shall stand?</legend>
        {choices.map(choice => (
          <button
            key={choice.word}
            type="button"
            className={classes.choice}
            aria-label={`${choice.word}: ${wordsOf(choice.value)}`}
            onClick={choice.choose}
          >
            <span>{choice.word}</span>
            <span>{wordsOf(choice.value)}</span>
          </button>
        ))}
      </fieldset>
    </div>
  )
}
