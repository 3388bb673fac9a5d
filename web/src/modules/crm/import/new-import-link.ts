import { useNavigate } from '@tanstack/react-router'

/** The way to a new import. */
export function useGoToNewImport(): () => void {
  const navigate = useNavigate()
  return () => void navigate({ to: '/imports/new' })
}
