/** Files of records and workflows: `millrace import people file.csv`, `millrace export people`, `millrace workflow-file <id>`, over the routes that the app uses. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Command } from 'commander'
import {
  changeImport,
  createExport,
  createImport,
  type Export,
  exportFile,
  getExport,
  getImport,
  type Import,
  PART_BYTES,
  startImport,
  uploadImport,
} from '#modules/crm/contract.ts'
import { getWorkflowFile } from '#modules/flow/contract.ts'
import { readCommandSettings } from '#platform/config.ts'
import type { AnyRoute } from '#platform/contract/route.ts'
import { type Caller, callerOf } from './caller.ts'
import { UsageError } from './given.ts'
import { printed } from './print.ts'
import type { Say } from './program.ts'

const LOOK_MS = 500
const OBJECTS = { people: 'person', companies: 'company', deals: 'deal' } as const

interface ImportOptions {
  known?: string
  faulty?: string
  owner?: string
  tag?: string[]
  startWorkflows?: boolean
  checkOnly?: boolean
  json?: boolean
  profile?: string
}

interface ExportOptions {
  filter?: string
  sort?: string
  fields?: string
  delimiter?: string
  mark?: boolean
  profile?: string
}

/** Adds the commands that send files and fetch them. */
export function addFileCommands(program: Command, say: Say): void {
  program
    .command('import')
    .description(
      'take a CSV file of people or companies in; columns are guessed, or as chosen for such a file before',
    )
    .argument('<records>', 'people or companies')
    .argument('<file>', 'the CSV file')
    .option('--known <what>', 'what becomes of known records: skip, fill, overwrite or create', 'fill')
    .option(
      '--faulty <what>',
      'what becomes of values that cannot be read: leave_out or skip_row',
      'leave_out',
    )
    .option('--owner <id>', 'whose new records are')
    .option('--tag <tag...>', 'tags for all of them')
    .option('--start-workflows', 'start workflows for new people')
    .option('--check-only', 'say what would happen and take nothing in')
    .option('--json', 'the answer as JSON')
    .option('--profile <name>', 'whose sign-in to use')
    .action((records: string, file: string, options: ImportOptions) =>
      importFile(records, file, options, say),
    )
  program
    .command('export')
    .description('write a list of people, companies or deals as CSV to standard output')
    .argument('<records>', 'people, companies or deals')
    .option('--filter <filter>', 'as the list takes it')
    .option('--sort <sort>', 'as the list takes it')
    .option('--fields <keys>', 'the columns, with commas between')
    .option('--delimiter <character>', 'what stands between cells: , ; or tab', ',')
    .option('--mark', 'begin with a byte order mark, for Excel')
    .option('--profile <name>', 'whose sign-in to use')
    .action((records: string, options: ExportOptions) => exportRecords(records, options))
  program
    .command('workflow-file')
    .description(
      'write the draft of a workflow as a file to standard output; `workflows import` takes it back',
    )
    .argument('<workflow>', 'its id')
    .option('--format <format>', 'yaml or json', 'yaml')
    .option('--profile <name>', 'whose sign-in to use')
    .action(async (workflowId: string, options: { format: string; profile?: string }) => {
      const input = { params: { workflowId }, query: { format: options.format } }
      await writeOut(callerOf(readCommandSettings(), options.profile), getWorkflowFile, input)
    })
}

function objectOf(records: string, among: readonly string[]): Export['object'] {
  if (!among.includes(records)) throw new UsageError(`Use one of ${among.join(', ')}.`)
  return OBJECTS[records as keyof typeof OBJECTS]
}

async function importFile(records: string, path: string, options: ImportOptions, say: Say): Promise<void> {
  const object = objectOf(records, ['people', 'companies'])
  const caller = callerOf(readCommandSettings(), options.profile)
  const { id } = await upload(caller, object, path)
  const params = { importId: id }
  const policy = {
    known: options.known,
    faulty: options.faulty,
    ...(options.owner ? { ownerUserId: options.owner } : {}),
    ...(options.tag ? { tags: options.tag } : {}),
    ...(options.startWorkflows ? { startWorkflows: true } : {}),
  }
  await caller.call(changeImport, { params, body: { policy } })
  const checked = await until(
    caller,
    id,
    ({ findings, revision }) =>
      findings !== null && findings.revision === revision && findings.state !== 'running',
  )
  if (options.checkOnly)
    return say(printed(options.json ? checked : checked.findings, options.json ? 'json' : 'table'))
  await caller.call(startImport, { params })
  const done = await until(caller, id, ({ status }) => status !== 'running')
  say(
    printed(
      options.json ? done : { status: done.status, rows: done.rowsDone, ...done.counts },
      options.json ? 'json' : 'table',
    ),
  )
}

/** Sends a file part by part, so that no more than one is in memory. */
async function upload(caller: Caller, object: Export['object'], path: string): Promise<Import> {
  const file = opened(path)
  try {
    const fileBytes = fstatSync(file).size
    const body = { object, fileName: basename(path), fileBytes }
    let made = (await caller.call(createImport, { body })) as Import
    while (made.receivedBytes < fileBytes) {
      const bytes = new Uint8Array(PART_BYTES)
      const read = readSync(file, bytes, 0, PART_BYTES, made.receivedBytes)
      const input = { params: { importId: made.id }, query: { offset: made.receivedBytes } }
      made = (await caller.call(uploadImport, input, {}, { bytes: bytes.subarray(0, read) })) as Import
    }
    return made
  } finally {
    closeSync(file)
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'r')
  } catch {
    throw new UsageError(`The file ${path} cannot be read.`)
  }
}

async function until(caller: Caller, importId: string, isSo: (item: Import) => boolean): Promise<Import> {
  for (;;) {
    const item = (await caller.call(getImport, { params: { importId } })) as Import
    if (isSo(item)) return item
    await setTimeout(LOOK_MS)
  }
}

async function exportRecords(records: string, options: ExportOptions): Promise<void> {
  const caller = callerOf(readCommandSettings(), options.profile)
  const body = {
    object: objectOf(records, Object.keys(OBJECTS)),
    delimiter: options.delimiter === 'tab' ? '\t' : options.delimiter,
    mark: options.mark ?? false,
    ...(options.filter ? { filter: options.filter } : {}),
    ...(options.sort ? { sort: options.sort } : {}),
    ...(options.fields ? { fields: options.fields.split(',') } : {}),
  }
  let made = (await caller.call(createExport, { body })) as Export
  const params = { exportId: made.id }
  while (made.status === 'running') {
    await setTimeout(LOOK_MS)
    made = (await caller.call(getExport, { params })) as Export
  }
  if (made.status === 'failed') throw new UsageError(made.failure ?? 'The file could not be written.')
  if ((await writeOut(caller, exportFile, { params })) !== made.bytes)
    throw new UsageError('The file did not arrive as a whole. Ask for it once more.')
}

/** Writes what a route answers to standard output as it comes. Resolves with the number of bytes. */
async function writeOut(caller: Caller, route: AnyRoute, input: object): Promise<number> {
  let received = 0
  const receive = async (content: ReadableStream<Uint8Array>) => {
    for await (const bytes of content) {
      received += bytes.length
      if (!process.stdout.write(bytes)) await new Promise(resolve => process.stdout.once('drain', resolve))
    }
  }
  await caller.call(route, input, {}, { receive })
  return received
}
