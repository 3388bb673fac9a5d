/** From the least to the most serious. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

const WORDS: Readonly<Record<LogLevel, { line: string; filter: string }>> = {
  debug: { line: 'Debug', filter: 'All' },
  info: { line: 'Info', filter: 'Info' },
  warn: { line: 'Warning', filter: 'Warnings' },
  error: { line: 'Error', filter: 'Errors' },
}

/** What a line of a level is called, and what a filter that leaves out all below it is. */
export const levelWords = (level: LogLevel) => WORDS[level]
