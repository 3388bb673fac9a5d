import { ticking } from '../../ui/ticking.ts'

/** The time, renewed every second; for what counts down. All readers change together. */
export const useSecond = ticking(1000)
