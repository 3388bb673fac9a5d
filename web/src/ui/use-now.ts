import { ticking } from './ticking.ts'

/** The time, renewed every 15 seconds; all readers change together. */
export const useNow = ticking(15_000)
