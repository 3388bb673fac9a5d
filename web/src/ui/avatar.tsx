import classes from './avatar.module.css'

/** At most two letters that stand for a name: "Ada Lovelace" gives "AL". */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean)
  const first = [...(words[0] ?? '?')][0] ?? '?'
  const last = words.length > 1 ? ([...(words[words.length - 1] ?? '')][0] ?? '') : ''
  return (first + last).toLocaleUpperCase()
}

function hueOf(name: string): number {
  let sum = 0
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 6
  return sum
}

interface AvatarProps {
  name: string
  /** Edge in pixels. */
  size?: 16 | 20 | 24 | 32 | 40 | undefined
  /** Organizations and companies are squares, people are circles. */
  square?: boolean | undefined
}

/** Initials on a quiet colour that stays the same for the same name. Decorative: the name stands beside it. */
export function Avatar({ name, size = 20, square = false }: AvatarProps) {
  return (
    <span
      className={classes.avatar}
      data-size={size}
      data-hue={hueOf(name)}
      data-square={square}
      aria-hidden="true"
    >
      {size === 16 ? initialsOf(name).slice(0, 1) : initialsOf(name)}
    </span>
  )
}
