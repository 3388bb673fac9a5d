import { CommanderError } from 'commander'
import { EXIT, failureOf } from './cli/failures.ts'
import { buildProgram } from './cli/program.ts'

/** `millrace …`: what the API can do, on the command line. Started by cli.mjs on the Node of the product. */
try {
  // A reader that has seen enough, like `head`, is no failure.
  process.stdout.on('error', () => process.exit(0))
  await buildProgram(text => process.stdout.write(`${text}\n`)).parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said what is wrong, or shown the help that was asked for.
    process.exitCode = error.exitCode === 0 ? 0 : EXIT.usage
  } else {
    const { text, code } = failureOf(error, process.argv.includes('--json'))
    process.stderr.write(`${text}\n`)
    process.exitCode = code
  }
}
