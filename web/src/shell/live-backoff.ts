/**
 * How long to wait before the next try, in milliseconds: doubling from half a second to half a minute, spread
 * by half so that many browsers do not return at once. `random` is in [0, 1).
 */
export function reconnectDelay(failures: number, random: number): number {
  const full = Math.min(30_000, 500 * 2 ** Math.min(failures, 10))
  return Math.round(full * (0.5 + random / 2))
}
