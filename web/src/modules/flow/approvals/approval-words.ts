import { type Approval, type Graph, handleOf } from '#modules/flow/contract.ts'
import type { StatusKind } from '../../../ui/status.tsx'
import { namesOf } from '../canvas/face.ts'
import { counted, listed } from '../words.ts'

const STATUS: Readonly<Record<Approval['status'], { kind: StatusKind; word: string }>> = {
  pending: { kind: 'waiting', word: 'To decide' },
  approved: { kind: 'done', word: 'Approved' },
  rejected: { kind: 'failed', word: 'Rejected' },
  withdrawn: { kind: 'cancelled', word: 'Withdrawn' },
}

export const approvalStatusWords = (status: Approval['status']) => STATUS[status]

const ROLES: Readonly<Record<string, string>> = {
  owner: 'owners',
  admin: 'admins',
  manager: 'managers',
  member: 'members',
}

/** Who may decide: "Owners and admins". */
export function askedWords(roles: readonly string[]): string {
  const words = listed(roles.map(role => ROLES[role] ?? role))
  return words.charAt(0).toUpperCase() + words.slice(1)
}

interface RunPart {
  readonly graph: Graph
  readonly stepList: readonly { nodeId: string; nodeType: string; status: string; input: unknown }[]
}

export interface NextSteps {
  readonly approved: string
  readonly rejected: string
}

/** What the run does after each decision; undefined when it cannot be told which step asks. */
export function nextSteps(run: RunPart, title: string): NextSteps | undefined {
  const asking = run.stepList.filter(step => step.nodeType === 'approval' && step.status === 'waiting')
  const step =
    asking.find(each => titleOf(each.input) === title) ?? (asking.length === 1 ? asking[0] : undefined)
  if (!step) return undefined
  return {
    approved: behind(run.graph, step.nodeId, 'approved'),
    rejected: behind(run.graph, step.nodeId, 'rejected'),
  }
}

function titleOf(input: unknown): unknown {
  return typeof input === 'object' && input !== null && 'title' in input ? input.title : undefined
}

function behind(graph: Graph, nodeId: string, exit: string): string {
  const names = namesOf(graph)
  const targets = graph.edges
    .filter(edge => edge.enabled && edge.source === nodeId && handleOf(edge) === exit)
    .flatMap(edge => names.get(edge.target) ?? [])
  if (targets.length === 0) return 'This branch of the run ends.'
  if (targets.length > 3) return `The run goes on with ${counted(targets.length, 'step')}.`
  return `The run goes on with ${listed(targets.map(name => `“${name}”`))}.`
}

/** Whether somebody with a role is asked to decide. */
export function isAsked(approval: Pick<Approval, 'roles'>, role: string | null): boolean {
  return role !== null && approval.roles.includes(role)
}
