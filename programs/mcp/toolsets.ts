/** Which tools a model sees, so that a hundred of them do not fill its context. */

import type { RouteTool } from './tools.ts'

/** Modules whose records people work with; looking at them is what a model is offered first. */
const WORK = new Set(['crm', 'intake', 'flow', 'mail'])
const FOUND_MAX = 10

/**
 * The tools of the query parameter `tools`: names of modules with commas between, `all`, or without one the
 * reading tools of the modules that people work with.
 */
export function chosenTools(tools: readonly RouteTool[], choice: string | undefined): RouteTool[] {
  if (choice === 'all') return [...tools]
  if (choice === undefined || choice.trim() === '')
    return tools.filter(tool => WORK.has(tool.toolset) && tool.definition.annotations.readOnlyHint)
  const chosen = new Set(choice.split(',').map(name => name.trim()))
  return tools.filter(({ toolset }) => chosen.has(toolset))
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
