/** What a browser and other modules may know of workflows: graphs, node types, and what checks and previews them. */

export {
  createWorkflow,
  getRun,
  getWorkflow,
  listNodeTypes,
  listRuns,
  listWorkflows,
  NodeTypeInfo,
  publishWorkflow,
  RUN_FIELDS,
  Run,
  RunDetail,
  RunStatus,
  Step,
  saveDraft,
  startWorkflow,
  WORKFLOW_FIELDS,
  Workflow,
  WorkflowDetail,
  WorkflowStatus,
} from './api.ts'
export {
  CONDITION_OPERATORS,
  type Comparison,
  type Condition,
  type ConditionOperator,
  conditionSchema,
} from './condition.ts'
export {
  Approval,
  controlRun,
  controlRuns,
  DeadLetter,
  decideApproval,
  discardDeadLetters,
  getApproval,
  getWorkflowSettings,
  listApprovals,
  listDeadLetters,
  migrateRuns,
  RunControl,
  replayRun,
  retryRun,
  retryRuns,
  setWorkflowSettings,
  setWorkflowStatus,
  startWorkflowRuns,
} from './control-api.ts'
export {
  copyWorkflow,
  endPresence,
  getPresence,
  getVersion,
  getWorkflowFile,
  importWorkflow,
  listVersions,
  PRESENCE_SECONDS,
  restoreVersion,
  setPresence,
  VERSION_FIELDS,
  WorkflowPresence,
  WorkflowVersion,
  WorkflowVersionDetail,
} from './draft-api.ts'
export { eventTitle } from './event-kinds.ts'
export {
  workflowCompleted,
  workflowFailed,
  workflowPublished,
  workflowSignal,
  workflowStarted,
} from './events.ts'
export {
  EDGES_MAX,
  ERROR_HANDLE,
  type Graph,
  type GraphEdge,
  type GraphNode,
  type GraphNote,
  graphEdgeSchema,
  graphNodeSchema,
  graphNoteSchema,
  graphSchema,
  handleOf,
  MAIN_HANDLE,
  NODES_MAX,
  NOTE_COLORS,
  type Retry,
  retrySchema,
  withoutDanglingEdges,
} from './graph.ts'
export { diffGraphs, type GraphChange } from './graph-diff.ts'
export { type GraphMerge, type MergeConflict, mergeGraphs } from './graph-merge.ts'
export { type GraphProblem, type GraphProblemCode, readGraph, validateGraph } from './graph-problems.ts'
export { graphOf, type Linear, type LinearStep, linearOf, linearSchema } from './linear.ts'
export {
  getWorkflowMetrics,
  listRunLogs,
  listWorkflowMetrics,
  type WorkflowMetrics,
} from './metrics-api.ts'
export { importN8nWorkflow, N8nImportReport } from './n8n/n8n-api.ts'
export { namedIn } from './named-settings.ts'
export { EACH_HANDLE, type Handle, type NodeKind, type NodeType, type Purity } from './node-type.ts'
export { type NodeTypes, nodeTypes } from './nodes/catalogue.ts'
export type { Named } from './nodes/record-reference.ts'
export { openingWords } from './nodes/wait.ts'
export { getRateLimits, type RateLimit, setRateLimits } from './rate-api.ts'
export { getSchedule, previewSchedule, Schedule } from './schedule-api.ts'
export { type StartingPointName, startingPointNames } from './starting-points.ts'
export { createFromStartingPoint } from './starting-points-api.ts'
export { checkTemplate, parseTemplate, renderTemplate, type TemplateOptions } from './template.ts'
export { listFilters } from './template-filters.ts'
export { type Template, TemplateError, type TemplateProblem } from './template-parse.ts'
export {
  copyTemplate,
  deleteTemplate,
  getTemplate,
  listTemplates,
  makeTemplate,
  WorkflowTemplateDetail,
  WorkflowTemplateSummary,
} from './templates-api.ts'
export {
  DraftRun,
  DryRun,
  DryRunExample,
  dryRun,
  isPinnable,
  listPins,
  listVariables,
  NodeTest,
  Pin,
  removePin,
  runDraft,
  SampleOrigin,
  setPin,
  TrialEffect,
  TrialNote,
  testNode,
  Variable,
} from './trial/trial-api.ts'
export {
  getWebhook,
  postDelivery,
  putDelivery,
  rotateWebhookSecret,
  sendSignal,
  Webhook,
} from './webhook-api.ts'
export { WorkflowSettings } from './workflow-settings.ts'
