import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp, type LucideIcon } from 'lucide-react'
import classes from './kbd.module.css'

const isApple = /Mac|iPhone|iPad/.test(navigator.platform)

const icons: Readonly<Record<string, LucideIcon>> = {
  arrowup: ArrowUp,
  arrowdown: ArrowDown,
  arrowleft: ArrowLeft,
  arrowright: ArrowRight,
}

const names: Readonly<Record<string, string>> = {
  mod: isApple ? '⌘' : 'Ctrl',
  shift: isApple ? '⇧' : 'Shift',
  alt: isApple ? '⌥' : 'Alt',
  enter: 'Enter',
  escape: 'Esc',
  space: 'Space',
}

function KeyName({ name }: { name: string }) {
  const Icon = icons[name]
  if (Icon) return <Icon size={11} aria-label={name.replace('arrow', 'arrow ')} />
  return names[name] ?? (name.length === 1 ? name.toUpperCase() : name)
}

/** Shows the keys of a shortcut as written in the registry: `mod+k`, `g l`, `?`. */
export function Kbd({ keys }: { keys: string }) {
  // A sequence never repeats a stroke, so a stroke is its own identity.
  const strokes = keys.split(' ')
  return (
    <span className={classes.keys}>
      {strokes.map(stroke => (
        <span className={classes.stroke} key={stroke}>
          {(stroke === '+' ? ['+'] : stroke.split('+')).map(part => (
            <kbd className={classes.key} key={part}>
              <KeyName name={part} />
            </kbd>
          ))}
        </span>
      ))}
    </span>
  )
}
