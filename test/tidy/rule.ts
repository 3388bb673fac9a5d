import type { Node, Source } from './syntax.ts'
import { isSource, type Tree } from './tree.ts'

/** One place that breaks a rule. */
export interface Finding {
  readonly file: string
  readonly line?: number
  /** What is there, with its value, as a clause: "imports undici". */
  readonly what: string
}

/** A few files in memory. In a bad example the first file is the one that must be reported. */
export type Example = Readonly<Record<string, string>>

/**
 * One rule of the house. Adding a rule is adding one of these to `rules.ts`: the suite runs it on the
 * project, and runs its examples to show that it can fail and that it leaves good code alone.
 */
export interface Rule {
  /** A sentence that states the rule; it is the name of its test. */
  readonly name: string
  /** What to do about a finding. */
  readonly cure: string
  find(tree: Tree): Finding[]
  /** At least one; each must make the rule report its first file. */
  readonly bad: readonly Example[]
  /** Near misses that must not be reported. */
  readonly good?: readonly Example[]
  /** Files that may break the rule, each with the reason. An allowance that is not needed fails the suite. */
  readonly allowed?: Readonly<Record<string, string>>
  /** Remarks that do not fail the suite. */
  notice?(tree: Tree): string[]
}

/** Applies a check to every source file that `where` accepts. */
export function inSources(
  where: (path: string) => boolean,
  check: (source: Source, tree: Tree) => Finding[],
): (tree: Tree) => Finding[] {
  return tree =>
    tree.paths.filter(path => isSource(path) && where(path)).flatMap(path => check(tree.source(path), tree))
}

/** A finding at a node of a source file. */
export function at(source: Source, node: Node, what: string): Finding {
  return { file: source.path, line: source.lineAt(node.start), what }
}

/** The message of a failed rule: every place, then the rule and its cure. */
export function explain(rule: Rule, findings: readonly Finding[]): string {
  const places = findings.map(
    ({ file, line, what }) => `  ${file}${line === undefined ? '' : `:${line}`}: ${what}`,
  )
  return [`${findings.length} in breach of the rule «${rule.name}»`, ...places, `Cure: ${rule.cure}`].join(
    '\n',
  )
}
