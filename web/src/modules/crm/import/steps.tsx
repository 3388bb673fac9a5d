import { Check } from 'lucide-react'
import classes from './import.module.css'

const steps = [
  { id: 'file', label: 'File' },
  { id: 'columns', label: 'Columns' },
  { id: 'check', label: 'Check' },
  { id: 'result', label: 'Result' },
] as const

export type Step = (typeof steps)[number]['id']

/** Where one is on the way from a file to records; steps that can be gone back to are buttons. */
export function Steps({ current, onGo }: { current: Step; onGo?: ((step: Step) => void) | undefined }) {
  const at = steps.findIndex(({ id }) => id === current)
  return (
    <ol className={classes.steps}>
      {steps.map(({ id, label }, index) => {
        const mark = index < at ? <Check size={12} aria-hidden="true" /> : index + 1
        const isReached = onGo && (id === 'columns' || id === 'check') && id !== current
        const content = (
          <>
            <span className={classes.mark} aria-hidden="true">
              {mark}
            </span>
            {label}
          </>
        )
        return (
          <li
            key={id}
            className={classes.step}
            data-at={index === at ? 'here' : index < at ? 'past' : 'ahead'}
          >
            {isReached ? (
              <button type="button" className={classes.stepButton} onClick={() => onGo(id)}>
                {content}
              </button>
            ) : (
              <span aria-current={index === at ? 'step' : undefined} className={classes.stepButton}>
                {content}
              </span>
            )}
          </li>
        )
      })}
    </ol>
  )
}
