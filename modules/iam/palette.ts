/** Colors that follow from one accent color, for one theme; all as `#rrggbb`. */
export interface Shades {
  /** The ground of primary actions: the color itself, or near it. */
  readonly accent: string
  readonly accentHover: string
  /** What is written on it: black or white. */
  readonly onAccent: string
  /** Links, 4.5:1 and more on every surface. */
  readonly accentText: string
  /** Lines and focus, 3:1 and more. */
  readonly accentLine: string
  readonly accentSoft: string
}

export interface Palette {
  readonly light: Shades
  readonly dark: Shades
}

/** The surfaces that the colors stand on, which are those of the app. */
const LIGHT = '#ffffff'
const DARK = '#141718'

/** A little more than is asked for, because some surfaces are a shade away from these. */
const TEXT_CONTRAST = 5.2
const LINE_CONTRAST = 3.3
/** A dark color on a dark page would not be seen as a button. */
const GROUND_CONTRAST = 1.8

type Rgb = readonly [red: number, green: number, blue: number]

/**
 * The shades of an accent color `#rrggbb` for both themes. Whatever the color, everything written in it or on it
 * reaches the contrast of WCAG AA: it is made darker or lighter until it does.
 */
export function paletteOf(color: string): Palette {
  return { light: shadesFor(color, LIGHT), dark: shadesFor(color, DARK) }
}

/** The shades of an accent color on a page of any color; of one in the middle not all reach their contrast. */
export function shadesFor(color: string, surface: string): Shades {
  const isDark = isDarkColor(surface)
  const accent = isDark ? reaching(color, surface, GROUND_CONTRAST) : color.toLowerCase()
  const onAccent = contrast(accent, '#ffffff') >= contrast(accent, '#000000') ? '#ffffff' : '#000000'
  return {
    accent,
    // Away from what is written on it, so that it is read at least as well.
    accentHover: mix(accent, onAccent === '#ffffff' ? '#000000' : '#ffffff', 0.14),
    onAccent,
    accentText: reaching(color, surface, TEXT_CONTRAST),
    accentLine: reaching(color, surface, LINE_CONTRAST),
    accentSoft: mix(surface, color, isDark ? 0.2 : 0.1),
  }
}

/** The color itself when it has the contrast, else the nearest one on the way to black or white that does. */
function reaching(color: string, surface: string, wanted: number): string {
  const end = isDarkColor(surface) ? '#ffffff' : '#000000'
  for (let share = 0; share < 1; share += 0.04) {
    const candidate = mix(color, end, share)
    if (contrast(candidate, surface) >= wanted) return candidate
  }
  return end
}

/** Whether white is read better on it than black. */
function isDarkColor(color: string): boolean {
  return contrast(color, '#ffffff') > contrast(color, '#000000')
}

/** The contrast of two colors as WCAG 2.2 counts it, from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(color: string): number {
  const [red, green, blue] = rgbOf(color).map(value => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as unknown as Rgb
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function mix(from: string, to: string, share: number): string {
  const target = rgbOf(to)
  const parts = rgbOf(from).map((value, index) =>
    Math.round(value + ((target[index] ?? 0) - value) * share)
      .toString(16)
      .padStart(2, '0'),
  )
  return `#${parts.join('')}`
}

function rgbOf(color: string): Rgb {
  const value = Number.parseInt(color.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}
