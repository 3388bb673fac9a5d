import type { ProtectionLevel } from '#modules/intake/contract.ts'
import { Choice } from '../../../ui/choice.tsx'
import classes from './quarantine.module.css'

const LEVELS = [
  {
    value: 'off',
    label: 'Off',
    about: 'Only what fills in a field that nobody sees is held back, and senders that you blocked.',
  },
  {
    value: 'standard',
    label: 'Standard',
    about:
      'What several signs speak against is held back, such as many links or a text that others sent too. The browser is asked for a moment of work when something is odd; people do not notice.',
  },
  {
    value: 'strict',
    label: 'Strict',
    about: 'Every page is asked for a moment of work, and fewer signs are enough to be held back.',
  },
] as const

interface ProtectionLevelProps {
  level: ProtectionLevel
  mayChange: boolean
  onChange: (level: ProtectionLevel) => void
}

/** How much it takes for a submission to be held back, with what each level does. */
export function ProtectionLevelChoice({ level, mayChange, onChange }: ProtectionLevelProps) {
  return (
    <fieldset className={classes.stack} disabled={!mayChange}>
      <legend className="visually-hidden">Against spam</legend>
      <div className={classes.choice}>
        <Choice
          label="How much it takes to be held back"
          options={LEVELS}
          value={level}
          onChange={onChange}
        />
      </div>
      <dl className={classes.levels}>
        {LEVELS.map(({ value, label, about }) => (
          <div key={value} data-on={value === level}>
            <dt>{label}</dt>
            <dd>{about}</dd>
          </div>
        ))}
      </dl>
    </fieldset>
  )
}
