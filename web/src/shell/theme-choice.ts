import { type MantineColorScheme, useMantineColorScheme } from '@mantine/core'

const choices: readonly { value: MantineColorScheme; label: string }[] = [
  { value: 'auto', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]

/** The theme a person chose, and how to choose another. */
export function useThemeChoice() {
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true })
  return { choices, chosen: colorScheme, choose: setColorScheme }
}
