import { pino } from 'pino'

export type Log = {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
}

/** Log fields are flat and chosen by hand: an object of the product never goes into a log line whole. */
export type LogFields = Record<string, string | number | boolean | null | undefined>

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** Structured logs, one JSON object a line on standard error, so that standard output stays for people. */
export function createLog(level: LogLevel): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2))
}

/** The message of an unknown thrown value, cut to a length that fits a log line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return text.slice(0, 500)
}
