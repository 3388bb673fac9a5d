/** The icons node types may name, as lucide calls them; node-icon.tsx draws each. */
export const iconNames = [
  'bell',
  'calendar-clock',
  'clipboard-list',
  'clock',
  'globe',
  'mail',
  'pencil-line',
  'play',
  'split',
] as const

export type IconName = (typeof iconNames)[number]
