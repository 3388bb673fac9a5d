/** What an import tells of every step. Browser-safe. */

/**
 * - `mapped`: it does here what it did there.
 * - `changed`: it runs here, with the differences that are listed, or once what is listed has been filled in.
 * - `placeholder`: it is kept as it was and does not run.
 */
export type ImportStatus = 'mapped' | 'changed' | 'placeholder'

export interface ImportedNode {
  /** The name of the step in the file. */
  readonly name: string
  /** Its kind there, such as `n8n-nodes-base.set`. */
  readonly kind: string
  readonly version: number
  readonly status: ImportStatus
  /** The node it became; null when it became a note. */
  readonly nodeId: string | null
  /** The kind of node it became, or `note`. */
  readonly nodeType: string
  /** What is different here, each as a sentence. */
  readonly changes: readonly string[]
  /** What has to be done before the workflow can be published. */
  readonly todo: readonly string[]
  /** Why it does not run; null when it does. */
  readonly reason: string | null
}

export interface ImportReport {
  readonly nodes: readonly ImportedNode[]
  readonly mapped: number
  readonly changed: number
  readonly placeholders: number
  /** Nodes and edges that were added so that the steps find their values; the ids stand in the graph. */
  readonly added: { readonly nodes: readonly string[]; readonly edges: readonly string[] }
  /** What of the file has no place here, such as sample data, each as a sentence. */
  readonly leftOut: readonly string[]
}
