import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { type Example, explain, type Finding, type Rule } from './tidy/rule.ts'
import { rules } from './tidy/rules.ts'
import { parseSource } from './tidy/syntax.ts'
import { listByWalk, readTree, type Tree, treeOf } from './tidy/tree.ts'

const root = join(import.meta.dirname, '..')
const tree = readTree(root)

function breaches(rule: Rule, of: Tree): Finding[] {
  return rule.find(of).filter(({ file }) => rule.allowed?.[file] === undefined)
}

describe('the project keeps its rules', () => {
  for (const rule of rules) {
    test(rule.name, t => {
      for (const remark of rule.notice?.(tree) ?? []) t.diagnostic(remark)
      const found = breaches(rule, tree)
      if (found.length > 0) throw breachError(explain(rule, found))
    })
  }

  test('every allowance of a rule is still needed', () => {
    const needless = rules.flatMap(rule => {
      const files = new Set(rule.find(tree).map(({ file }) => file))
      return Object.keys(rule.allowed ?? {}).flatMap(file =>
        files.has(file) ? [] : [`${file}: ${rule.name}`],
      )
    })
    if (needless.length > 0)
      throw breachError(`Delete from the rule what it no longer needs:\n  ${needless.join('\n  ')}`)
  })
})

describe('every rule can fail', () => {
  for (const rule of rules) {
    test(`bad examples are reported and good ones are not: ${rule.name}`, () => {
      assert.ok(rule.bad.length > 0, 'the rule has no bad example')
      for (const example of rule.bad) {
        const culprit = Object.keys(example)[0] ?? ''
        const found = breaches(rule, treeOf(example))
        assert.ok(
          found.some(({ file }) => file === culprit),
          `not reported: ${show(example)}`,
        )
        const message = explain(rule, found)
        for (const part of [culprit, rule.name, rule.cure])
          assert.ok(message.includes(part), `no ${part} in ${message}`)
      }
      for (const example of rule.good ?? []) {
        assert.deepEqual(breaches(rule, treeOf(example)), [], `reported: ${show(example)}`)
      }
    })
  }

  test('every rule has its own name, and all of them are listed', async () => {
    assert.equal(new Set(rules.map(rule => rule.name)).size, rules.length)
    const files = tree.paths.filter(
      path => /^test\/tidy\/[a-z]+\.ts$/.test(path) && !path.endsWith('/rules.ts'),
    )
    const loaded = await Promise.all(
      files.map(file => import(join(root, file)) as Promise<Record<string, unknown>>),
    )
    const declared = loaded.flatMap(Object.values).filter(isRule)
    assert.deepEqual(new Set(rules), new Set(declared))
  })
})

describe('the tree', () => {
  test('a walk of the folders finds every file that git lists', () => {
    const walked = new Set(listByWalk(root))
    assert.deepEqual(
      tree.paths.filter(path => !walked.has(path)),
      [],
    )
    assert.ok(tree.has('package.json') && tree.has('test/tidy.test.ts'))
  })

  test('a folder that is no git repository is walked', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidy-'))
    try {
      for (const name of ['modules/crm', 'node_modules/zod'])
        mkdirSync(join(folder, name), { recursive: true })
      for (const name of ['package.json', 'modules/crm/people.ts', 'node_modules/zod/index.js']) {
        writeFileSync(join(folder, name), '{}')
      }
      assert.deepEqual(readTree(folder).paths, ['modules/crm/people.ts', 'package.json'])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('lines are counted in the characters of the text, whatever their width', () => {
    const source = parseSource('a.ts', "const é = '𝒳'\n\nexport const b = 1\n")
    assert.deepEqual(
      source.all('ExportNamedDeclaration').map(node => source.lineAt(node.start)),
      [3],
    )
  })
})

/** An error that prints as its message alone; the stack would only point at this file. */
function breachError(message: string): Error {
  const error = new Error(message)
  error.stack = message
  return error
}

function isRule(value: unknown): value is Rule {
  return typeof value === 'object' && value !== null && 'find' in value && 'bad' in value && 'cure' in value
}

function show(example: Example): string {
  const text = Object.entries(example)
    .map(([path, content]) => `${path}: ${content}`)
    .join('\n')
  return text.length > 500 ? `${text.slice(0, 500)}…` : text
}
