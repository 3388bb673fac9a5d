import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type FileFormat, readWorkflowFile, writeWorkflowFile } from './file-format.ts'
import { type Graph, graphSchema } from './graph.ts'
import { diffGraphs } from './graph-diff.ts'
import { anyGraph } from './graph-samples.ts'
import { readInThread } from './import-thread.ts'

const graph: Graph = graphSchema.parse({
  nodes: [
    {
      id: 'tell',
      type: 'notify',
      config: { title: 'yes', body: 'First line\n\n  indented: {{ lead.name }}\n' },
    },
    { id: 'form', type: 'form_submitted', label: 'Form: submitted', retry: { attempts: 2, backoffMs: 500 } },
  ],
  edges: [
    { id: 'x', source: 'form', target: 'tell', sourceHandle: 'error', enabled: false },
    { id: 'y', source: 'form', target: 'tell' },
  ],
})

const TEXT = `format: millrace.workflow/1
name: Contact
nodes:
  - id: form
    type: form_submitted
    label: "Form: submitted"
    config: {}
    retry:
      attempts: 2
      backoffMs: 500
      growth: exponential
    position: { x: 0, y: 0 }

  - id: tell
    type: notify
    config:
      body: |
        First line

          indented: {{ lead.name }}
      title: "yes"
    position: { x: 0, y: 0 }
edges:
  - id: x
    source: form
    sourceHandle: error
    target: tell
    enabled: false
  - id: y
    source: form
    target: tell
`

const FORMATS: readonly FileFormat[] = ['yaml', 'json']

test('a file is the same text for the same workflow, however it was drawn', () => {
  const workflow = { name: 'Contact', description: '', graph }
  assert.equal(writeWorkflowFile(workflow, 'yaml'), TEXT)
  const turned = { nodes: graph.nodes.toReversed(), edges: graph.edges.toReversed(), notes: [] }
  assert.equal(writeWorkflowFile({ ...workflow, graph: turned }, 'yaml'), TEXT)
})

test('what is written is read again, in both formats and in a thread', async () => {
  await fc.assert(
    fc.asyncProperty(anyGraph, fc.string({ unit: 'binary', maxLength: 20 }), async (graph, words) => {
      const name = words.replaceAll('\u0000', '').trim() || 'Workflow'
      for (const format of FORMATS) {
        const text = writeWorkflowFile({ name, description: words.replaceAll('\u0000', ''), graph }, format)
        const { workflow, problems } = readWorkflowFile(text)
        assert.deepEqual(problems, [], text)
        assert.equal(workflow?.name, name)
        assert.deepEqual(diffGraphs(workflow?.graph ?? { nodes: [], edges: [] }, graph), [], text)
        assert.equal(workflow && writeWorkflowFile(workflow, format), text)
      }
    }),
  )
  const long = {
    ...graph,
    nodes: Array.from({ length: 900 }, (_, n) => ({ ...graph.nodes[0], id: `n${n}` })),
  }
  const read = await readInThread(
    writeWorkflowFile({ name: 'Long', description: '', graph: long as Graph }, 'yaml'),
  )
  assert.equal(read.workflow?.graph.nodes.length, 900)
})

test('what is no workflow is refused with its place', () => {
  const cases: [text: string, message: RegExp, place?: [number, number]][] = [
    ['', /expected object/],
    ['just words', /expected object/],
    ['- a\n- b', /expected object/],
    ['{"format": 1', /not JSON/],
    ['name: A\nname: B', /"name" stands here twice/, [2, 1]],
    ['a: [1\nb: 2', /./, [2, 1]],
    ['a: 1\n---\nb: 2', /./, [2, 1]],
    ['a: &x [1, 2]\nb: *x', /not YAML that can be read/],
    ['a: !!js/function "x"', /./, [1, 4]],
    ['__proto__: {}', /Nothing can be called "__proto__"/],
    ['a: "\\0"', /cannot be stored/],
    ['a: .inf', /not a number/],
    [TEXT.replace('workflow/1', 'workflow/2'), /has to begin with/],
    [TEXT.replace('    type: notify', '    kind: notify'), /expected string|Unrecognized/],
    [`${TEXT}settings: {}`, /Unrecognized key/],
    [`{"a": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`, /nested deeper/],
    ['['.repeat(20_000), /./],
  ]
  for (const [text, message, place] of cases) {
    const { workflow, problems } = readWorkflowFile(text)
    const shown = text.slice(0, 60)
    assert.equal(workflow, null, shown)
    assert.match(problems[0]?.message ?? '', message, shown)
    if (place) assert.deepEqual([problems[0]?.line, problems[0]?.column], place, shown)
    assert.ok(problems.length <= 50)
  }
  assert.equal(readWorkflowFile(`\uFEFF${TEXT}`).workflow?.name, 'Contact')
})

test('no text makes the reader throw', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(
          ...[
            '-',
            ' ',
            '\n',
            ':',
            '{',
            '}',
            '[',
            ']',
            '&a',
            '*a',
            '!!',
            '"',
            "'",
            '|',
            '>',
            '#',
            '?',
            '\t',
            'a',
            '1',
            '%',
            '---',
          ],
        ),
      ),
      fc.nat(TEXT.length),
      (pieces, at) => {
        for (const text of [pieces.join(''), TEXT.slice(0, at) + pieces.join('') + TEXT.slice(at)]) {
          const { workflow, problems } = readWorkflowFile(text)
          assert.equal(workflow === null, problems.length > 0)
        }
      },
    ),
    { numRuns: 300 },
  )
})
