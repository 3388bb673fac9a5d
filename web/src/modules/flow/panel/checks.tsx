import { useId } from 'react'
import { Check } from '../../../ui/check.tsx'
import classes from './checks.module.css'

interface ChecksProps<Value extends string | number> {
  options: readonly { readonly value: Value; readonly label: string }[]
  chosen: readonly Value[]
  isReadOnly: boolean
  /** Whether all stand in one row, as the days of a week do. */
  isRow?: boolean | undefined
  /** Told in the order of the options. */
  onChange: (chosen: Value[]) => void
}

/** Several of some, as check boxes that wrap. */
export function Checks<Value extends string | number>(props: ChecksProps<Value>) {
  const { options, chosen, isReadOnly, isRow, onChange } = props
  const id = useId()
  return (
    <div className={isRow ? classes.row : classes.checks}>
      {options.map(({ value, label }) => (
        <div key={value} className={classes.check}>
          <Check
            id={`${id}-${value}`}
            checked={chosen.includes(value)}
            disabled={isReadOnly}
            onChange={event => {
              const isOn = event.currentTarget.checked
              onChange(
                options
                  .map(each => each.value)
                  .filter(each => (each === value ? isOn : chosen.includes(each))),
              )
            }}
          />
          <label htmlFor={`${id}-${value}`}>{label}</label>
        </div>
      ))}
    </div>
  )
}
