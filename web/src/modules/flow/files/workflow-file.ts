/** What kind of file somebody wants to make a workflow of. */
export type FileKind = 'n8n' | 'own'

/** Longer texts are refused before they are sent. */
export const TEXT_MAX = 1_500_000

/** Looks at what a text is: n8n's files are JSON with nodes that are joined by name under `connections`. */
export function kindOf(text: string): FileKind {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'own'
  }
  const { nodes, connections } = (value ?? {}) as { nodes?: unknown; connections?: unknown }
  return Array.isArray(nodes) && typeof connections === 'object' ? 'n8n' : 'own'
}
