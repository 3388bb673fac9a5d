import { createContext, useContext } from 'react'
import type { Graph, GraphNode } from '#modules/flow/contract.ts'
import { type Issue, type Issues, issueWithin } from './issues.ts'
import { pathText, type SettingPath } from './paths.ts'

/** What every field of a node's form shares; it stays the same while somebody types. */
export interface FormShared {
  readonly type: string
  readonly workflowId: string
  readonly isReadOnly: boolean
  readonly set: (path: SettingPath, value: unknown) => void
}

export const FormContext = createContext<FormShared>({
  type: '',
  workflowId: '',
  isReadOnly: true,
  set: () => {},
})

export const useForm = () => useContext(FormContext)

/** The graph around the node, as it was at the last pause. */
export const GraphContext = createContext<{ graph: Graph; node: GraphNode } | undefined>(undefined)

export const IssuesContext = createContext<Issues>(new Map())

/** What is wrong in words; undefined for what is only still to be filled in, which is said more calmly. */
export function wrong(issue: Issue | undefined): string | undefined {
  return issue?.isGap ? undefined : issue?.message
}

/** What is wrong at a setting; with `isDeep` also inside it. */
export function useIssue(path: SettingPath, isDeep = false): Issue | undefined {
  const issues = useContext(IssuesContext)
  return isDeep ? issueWithin(issues, path) : issues.get(pathText(path))
}
