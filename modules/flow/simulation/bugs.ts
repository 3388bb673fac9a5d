/**
 * Mistakes that can be built into the model on purpose. The checks of the simulation are worth something only if each
 * of these is found by them.
 */
export const BUGS = [
  'a checkpoint is stored without its lease',
  'a run is claimed over the lease of another',
  'a timer fires without leaving news',
  'news comes without making its run ready',
  'a dead worker’s runs are not made ready',
  'a run taken over does not make its calls again',
  'a run is let go while its calls are out',
  'news that was taken in stays',
  'every call has a key of its own',
  'a timer fires before its time',
  'the state of a run is not stored',
  'a checkpoint takes away the news it has not seen',
  'what has come to a merge is forgotten',
  'a claim nobody heard of stays',
  'effects happen before the lease is looked at',
  'a run that is over begins again',
] as const

export type Bug = (typeof BUGS)[number]
