/** Which tools a model sees, so that a hundred of them do not fill its context. */

import type { RouteTool } from './tools.ts'

/** Modules whose records people work with; looking at them is what a model is offered first. */
const WORK = new Set(['crm', 'intake', 'flow', 'mail'])
/** What is set up or looked into rarely; a model finds these by their words. */
const RARE_NOUNS = [
  ...[
    'custom_field',
    'record_field',
    'deleted-record',
    'lost-reason',
    'do-not-contact',
    'privacy',
    'tag',
    'view',
  ],
  ...[
    'enrichment',
    'enrichment-provider',
    'change_set',
    'duplicate',
    'import',
    'import_field',
    'export',
    'attachment',
  ],
].map(noun => `crm_${noun}_`)
const RARE_OTHERS = [
  ...['flow_log_level_', 'flow_rate_limit_', 'flow_webhook_', 'flow_metrics_list', 'flow_schedule_'],
  ...['flow_workflow_get_settings', 'flow_node_type_', 'mail_mailbox_', 'crm_deal_board'],
  // What the canvas asks for while somebody draws.
  ...[
    'flow_presence_',
    'flow_pin_',
    'flow_variable_',
    'flow_version_',
    'flow_template_',
    'flow_workflow_file',
  ],
  // How forms and other ways in are set up, and what was held back.
  ...[
    'intake_assignment_',
    'intake_deleted_lead_',
    'intake_form_draft_',
    'intake_form_field_',
    'intake_form_protection_',
    'intake_form_version_',
    'intake_lead_act_',
    'intake_lead_column_',
    'intake_lead_export',
    'intake_lead_upload_',
    'intake_mail_',
    'intake_partial_',
    'intake_quarantine_',
    'intake_sender_rule_',
    'intake_source_',
  ],
  ...['crm_company_timeline', 'crm_deal_timeline', 'crm_company_upcoming', 'crm_deal_upcoming'],
]
const RARE_ACTS = ['_history', '_provenance', '_totals', '_preview_merge', '_cards', '_revenue']
const FOUND_MAX = 10

/**
 * The tools of the query parameter `tools`: names of modules with commas between, `all`, or without one the
 * reading tools of the modules that people work with.
 */
export function chosenTools(tools: readonly RouteTool[], choice: string | undefined): RouteTool[] {
  if (choice === 'all') return [...tools]
  if (choice === undefined || choice.trim() === '')
    return tools.filter(
      ({ toolset, definition }) =>
        WORK.has(toolset) && definition.annotations.readOnlyHint && !isRare(definition.name),
    )
  const chosen = new Set(choice.split(',').map(name => name.trim()))
  return tools.filter(({ toolset }) => chosen.has(toolset))
}

function isRare(name: string): boolean {
  return (
    [...RARE_NOUNS, ...RARE_OTHERS].some(noun => name.startsWith(noun)) ||
    RARE_ACTS.some(act => name.endsWith(act))
  )
}

/** The tools whose names and descriptions fit the words best, at most ten. */
export function foundTools(tools: readonly RouteTool[], words: string): RouteTool[] {
  const wanted = words
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
  return tools
    .map(tool => ({ tool, score: scoreOf(tool, wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, FOUND_MAX)
    .map(({ tool }) => tool)
}

function scoreOf({ definition }: RouteTool, wanted: readonly string[]): number {
  const name = definition.name.toLowerCase().split(/[_-]/)
  const text = definition.description.toLowerCase()
  // "runs" finds "run": what people write in the plural is one word in a name.
  const stem = (word: string) => (word.length > 3 ? word.replace(/s$/, '') : word)
  return wanted
    .map(stem)
    .reduce((sum, word) => sum + (name.includes(word) ? 3 : 0) + (text.includes(word) ? 1 : 0), 0)
}
