import { type ReactNode, useEffect, useId, useState } from 'react'
import classes from './choice.module.css'

interface ChoiceProps<Value extends string> {
  label: string
  options: readonly { value: Value; label: ReactNode }[]
  value: Value
  onChange: (value: Value) => void
}

/** So long what was chosen shows while nothing comes of it; then what holds shows again. */
const SPRING_BACK_MS = 2000

/**
 * What shows of a choice: at once what was chosen, although what holds may follow a moment later, as when it stands in the address or
 * at the server.
 */
function useShown<Value>(value: Value): [shown: Value, choose: (value: Value) => void] {
  const [chosen, choose] = useState<{ value: Value } | null>(null)
  const holds = chosen !== null && chosen.value === value
  useEffect(() => {
    if (holds) choose(null)
  }, [holds])
  useEffect(() => {
    if (chosen === null) return
    const timer = setTimeout(() => choose(null), SPRING_BACK_MS)
    return () => clearTimeout(timer)
  }, [chosen])
  return [chosen === null ? value : chosen.value, next => choose({ value: next })]
}

/** One of a few, side by side: radio buttons in the shape of a switch. */
export function Choice<Value extends string>({ label, options, value, onChange }: ChoiceProps<Value>) {
  const name = useId()
  const [shown, show] = useShown(value)
  return (
    <fieldset className={classes.choice}>
      <legend className="visually-hidden">{label}</legend>
      {options.map(option => (
        <label key={option.value} className={classes.option}>
          <input
            type="radio"
            className={classes.input}
            name={name}
            checked={option.value === shown}
            onChange={() => {
              show(option.value)
              onChange(option.value)
            }}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  )
}
