import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  localStorageColorSchemeManager,
  type MantineColorSchemeManager,
  type VariantColorsResolver,
} from '@mantine/core'
import { overlayRootId } from './overlay-root.tsx'

/** Where a person's choice of theme is kept; `public/theme.js` reads the same key before the first paint. */
export const colorSchemeManager: MantineColorSchemeManager = localStorageColorSchemeManager({
  key: 'millrace.theme',
})

const fillOf = (color: string | undefined) =>
  color === 'red'
    ? { background: 'var(--bad-fill)', hover: 'var(--bad-fill-hover)' }
    : { background: 'var(--accent)', hover: 'var(--accent-hover)' }

/** Buttons know four looks: filled (the one primary action), default (hairline), light (selected), subtle (quiet). */
const variantColorResolver: VariantColorsResolver = input => {
  const red = input.color === 'red'
  if (input.variant === 'filled') {
    return { ...fillOf(input.color), color: 'var(--text-on-accent)', border: '1px solid transparent' }
  }
  if (input.variant === 'default') {
    return {
      background: 'var(--raised)',
      hover: 'color-mix(in srgb, var(--text) 5%, var(--raised))',
      color: red ? 'var(--bad)' : 'var(--text)',
      border: '1px solid var(--line-strong)',
    }
  }
  if (input.variant === 'light') {
    return {
      background: red ? 'var(--bad-soft)' : 'var(--accent-soft)',
      hover: red ? 'var(--bad-soft)' : 'var(--accent-soft)',
      color: red ? 'var(--bad)' : 'var(--accent-text)',
      border: '1px solid transparent',
    }
  }
  if (input.variant === 'subtle') {
    return {
      background: 'transparent',
      hover: 'var(--hover)',
      color: red ? 'var(--bad)' : 'var(--text-2)',
      border: '1px solid transparent',
    }
  }
  return defaultVariantColorsResolver(input)
}

/** Everything visual lives in tokens.css; this only chooses defaults of components. */
export const theme = createTheme({
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  activeClassName: '',
  variantColorResolver,
  components: {
    // Inside <main>, so that what floats belongs to a landmark like everything else; see overlay-root.tsx.
    Portal: { defaultProps: { target: `#${overlayRootId}` } },
    Button: { defaultProps: { size: 'sm', variant: 'default' } },
    ActionIcon: { defaultProps: { size: 'md', variant: 'subtle' } },
    InputWrapper: {
      defaultProps: { size: 'sm', inputWrapperOrder: ['label', 'input', 'description', 'error'] },
    },
    Switch: { defaultProps: { withThumbIndicator: false, size: 'xs' } },
    Popover: { defaultProps: { transitionProps: { duration: 120, transition: 'fade-down' }, offset: 4 } },
    Menu: {
      defaultProps: {
        transitionProps: { duration: 120, transition: 'fade-down' },
        offset: 4,
        position: 'bottom-start',
        loop: true,
        // The placeholder is an element a menu may not contain; the first item takes the focus instead.
        withInitialFocusPlaceholder: false,
      },
    },
    Tooltip: {
      defaultProps: {
        openDelay: 350,
        transitionProps: { duration: 120, transition: 'fade' },
        withArrow: false,
        offset: 6,
        events: { hover: true, focus: true, touch: false },
      },
    },
    Select: { defaultProps: { allowDeselect: false, withCheckIcon: true, checkIconPosition: 'right' } },
    // The page itself never scrolls (its main area does), so nothing has to be locked and no style element is made.
    Modal: {
      defaultProps: {
        lockScroll: false,
        centered: false,
        yOffset: '12vh',
        transitionProps: { duration: 140, transition: 'fade-down' },
        overlayProps: { color: 'var(--scrim)', backgroundOpacity: 1 },
      },
    },
    Drawer: {
      defaultProps: {
        lockScroll: false,
        transitionProps: { duration: 160 },
        overlayProps: { color: 'var(--scrim)', backgroundOpacity: 1 },
      },
    },
  },
})

/** Mantine's own variables are written in mantine-tokens.css. */
export const noVariables: CSSVariablesResolver = () => ({ variables: {}, light: {}, dark: {} })
