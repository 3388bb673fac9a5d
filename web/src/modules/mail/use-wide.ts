import { useMediaQuery } from '@mantine/hooks'

/** Whether the list and the message stand side by side; the style sheets know the same width. */
export function useWide(): boolean {
  return useMediaQuery('(min-width: 60rem)', true, { getInitialValueInEffect: false })
}
