import { may, scopeGroups } from '#modules/iam/contract.ts'
import { useSession } from '../../../../shell/session.ts'
import { Check } from '../../../../ui/check.tsx'
import classes from './keys.module.css'

interface ScopePickerProps {
  chosen: ReadonlySet<string>
  onChange: (chosen: ReadonlySet<string>) => void
}

/** What a key may do, in words. What the person may not do cannot be given away. */
export function ScopePicker({ chosen, onChange }: ScopePickerProps) {
  const session = useSession()
  const toggle = (scope: string, isOn: boolean) => {
    const next = new Set(chosen)
    if (isOn) next.add(scope)
    else next.delete(scope)
    onChange(next)
  }
  return (
    <div className={classes.groups}>
      {scopeGroups.map(({ title, scopes }) => (
        <fieldset key={title} className={classes.group}>
          <legend>{title}</legend>
          {scopes.map(({ scope, label }) => (
            // biome-ignore lint/a11y/noLabelWithoutControl: the control is the check box inside
            <label key={scope} className={classes.scope}>
              <Check
                checked={chosen.has(scope)}
                disabled={!may(session, scope)}
                onChange={event => toggle(scope, event.currentTarget.checked)}
              />
              {label}
            </label>
          ))}
        </fieldset>
      ))}
    </div>
  )
}
