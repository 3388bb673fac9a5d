import { useLocalStorage } from '@mantine/hooks'

/** Whether the rail is narrow; kept for the next visit. */
export function useNarrowRail(): [boolean, () => void] {
  const [narrow, setNarrow] = useLocalStorage({
    key: 'millrace.rail.narrow',
    defaultValue: false,
    getInitialValueInEffect: false,
  })
  return [narrow, () => setNarrow(!narrow)]
}
