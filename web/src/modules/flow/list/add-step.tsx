import { Plus } from 'lucide-react'
import { useEffect, useMemo, useRef } from 'react'
import { isTrigger } from '../canvas/exits.ts'
import { headingOf, kindChoices } from '../editor/choices.ts'
import { useEditor, useSnapshot } from '../editor/editor-context.ts'
import { randomId } from '../editor/ids.ts'
import { Picker } from '../editor/picker.tsx'
import { withStep } from '../editor/step-edits.ts'
import classes from './list.module.css'
import { fitsRow, spotAfterStep, withTrigger } from './row-edits.ts'

interface AfterProps {
  isLast: boolean
  leadsOn: boolean
  name: string
  onAdd: () => void
}

/** What comes after a step: room for another one, or why there is none. */
export function After({ isLast, leadsOn: isOpen, name, onAdd }: AfterProps) {
  if (!isOpen) return isLast ? <p className={classes.end}>Nothing can follow “{name}” in a list.</p> : null
  return (
    <div className={classes.after} data-last={isLast}>
      <button type="button" className={classes.add} aria-label={`Add a step after ${name}`} onClick={onAdd}>
        <Plus size={14} aria-hidden="true" />
        {isLast ? 'Add step' : null}
      </button>
    </div>
  )
}

interface AddStepProps {
  after: string | undefined
  /** Nothing was added. */
  onClose: () => void
  onAdded: (id: string) => void
}

/** The palette in place, with the kinds that leave the list a list. */
export function AddStep({ after, onClose, onAdded }: AddStepProps) {
  const { session } = useEditor()
  const { graph } = useSnapshot(session)
  const spot = useMemo(() => (after === undefined ? undefined : spotAfterStep(graph, after)), [graph, after])
  const options = useMemo(() => {
    const isLast = spot !== undefined && 'after' in spot
    return kindChoices(graph, { what: 'step', spot }).filter(({ id }) =>
      spot === undefined ? isTrigger(id) : fitsRow(id, isLast),
    )
  }, [graph, spot])
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => place.current?.scrollIntoView({ block: 'nearest' }), [])
  const pick = (type: string) => {
    const edit = spot ? withStep(graph, type, spot, randomId) : withTrigger(graph, type, randomId)
    const [id] = edit?.selected ?? []
    if (session.apply(edit) && id !== undefined) onAdded(id)
    else onClose()
  }
  const heading = spot ? headingOf(graph, { what: 'step', spot }) : 'Choose what starts it'
  return (
    <div className={classes.picker} ref={place}>
      <Picker heading={heading} options={options} onPick={pick} onClose={onClose} />
    </div>
  )
}
