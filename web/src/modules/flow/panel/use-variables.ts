import { useQuery } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import { getWorkflow, listVariables, type Variable } from '#modules/flow/contract.ts'
import { call, routeKey, routeQuery } from '../../../shell/api.ts'

/** What a step can read, and all of it as one object with samples. */
export interface Readable {
  readonly items: readonly Variable[]
  readonly scope: Readonly<Record<string, unknown>>
}

const nothing: Readable = { items: [], scope: {} }

/** What the node of the form can read; empty where it is not known. */
export const ReadableContext = createContext<Readable>(nothing)

export const useReadable = () => useContext(ReadableContext)

/** What a step of the saved draft can read. It is asked anew whenever the draft was saved. */
export function useVariables(workflowId: string, nodeId: string): Readable {
  const params = { workflowId }
  const { data: revision } = useQuery({
    ...routeQuery(getWorkflow, { params }),
    // A step that was just drawn is asked about once it is saved.
    select: ({ draft, revision }) => (draft.nodes.some(node => node.id === nodeId) ? revision : undefined),
    enabled: workflowId !== '',
  })
  const input = { params, query: { nodeId } }
  const { data } = useQuery({
    queryKey: [...routeKey(listVariables, input), revision],
    queryFn: ({ signal }) => call(listVariables, input, { signal }),
    enabled: revision !== undefined,
    placeholderData: before => before,
    // A step that is not saved yet is not known; the next save asks again.
    retry: false,
  })
  return data ?? nothing
}
