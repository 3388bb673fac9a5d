import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { graphSchema } from '../graph.ts'
import { validateGraph } from '../graph-problems.ts'
import { nodeTypes } from '../nodes/catalogue.ts'
import { importN8n } from './import-n8n.ts'
import { fileOf, rowOf, type Step, tried } from './n8n-factories.ts'
import { NotN8nError } from './n8n-file.ts'
import { UNREAD } from './walk.ts'

const start: Step = ['Start', 'manualTrigger', 1]

test('what has no counterpart is kept as it was, and cannot be published while it is connected', () => {
  const sheet: Step = [
    'Sheet',
    'googleSheets',
    4.5,
    { operation: 'append', columns: { value: { a: '={{ $json.a }}' } } },
    { credentials: { googleSheetsOAuth2Api: { id: '1', name: 'Mine' } } },
  ]
  const model: Step = ['Model', '@n8n/n8n-nodes-langchain.lmChatOpenAi', 1.2]
  const agent: Step = ['Agent', '@n8n/n8n-nodes-langchain.agent', 1.7]
  const file = fileOf([start, sheet, model, agent], ['Start>Sheet', 'Sheet>Agent']) as {
    nodes: object[]
    connections: Record<string, unknown>
  }
  file.connections.Model = { ai_languageModel: [[{ node: 'Agent', type: 'ai_languageModel', index: 0 }]] }
  const { graph, report } = importN8n(file)
  assert.deepEqual(
    graph.nodes.map(({ id, type }) => [id, type]),
    [
      ['start', 'manual'],
      ['sheet', 'imported_step'],
      ['model', 'imported_step'],
      ['agent', 'imported_step'],
    ],
  )
  assert.deepEqual(JSON.parse(String(graph.nodes[1]?.config.definition)), file.nodes[1])
  assert.deepEqual(
    graph.edges.map(edge => [edge.source, edge.sourceHandle, edge.target]),
    [
      ['start', 'out', 'sheet'],
      ['sheet', 'out', 'agent'],
      ['model', 'ai_languageModel', 'agent'],
    ],
  )
  assert.equal(report.placeholders, 3)
  assert.deepEqual(report.leftOut, ['Credentials, of which the file only has names: googleSheetsOAuth2Api.'])
  const problems = validateGraph(graph, nodeTypes).filter(({ code }) => code === 'imported_step')
  assert.deepEqual(
    problems.map(problem => problem.nodeId),
    ['sheet', 'model', 'agent'],
  )
  assert.match(problems[0]?.message ?? '', /^"Sheet" only stands for a step of another program/)

  const aside = { ...graph, edges: graph.edges.map(edge => ({ ...edge, enabled: false })) }
  assert.deepEqual(
    validateGraph(aside, nodeTypes).filter(({ severity }) => severity === 'error'),
    [],
  )
})

test('a step that was switched off is passed over', async () => {
  const file = rowOf(
    start,
    ['Off', 'googleSheets', 4, {}, { disabled: true }],
    [
      'Read',
      'set',
      1,
      { keepOnlySet: true, values: { string: [{ name: 'is', value: '={{ $json.name }}' }] } },
    ],
  )
  const { outputs } = await tried(file, { input: { name: 'Ada' } })
  assert.deepEqual(outputs('read'), [{ is: 'Ada' }])
})

test('retries, error exits and failures that go on come along', async () => {
  const failing: Step = [
    'Call',
    'httpRequest',
    4.2,
    { url: 'https://api.example' },
    { retryOnFail: true, maxTries: 2, waitBetweenTries: 2_000, onError: 'continueErrorOutput' },
  ]
  const answer = () => ({
    error: { code: 'http.status', message: 'No', retryable: true, retryAfterMs: null, details: null },
  })
  const exits = fileOf(
    [start, failing, ['Good', 'noOp', 1], ['Bad', 'noOp', 1]],
    ['Start>Call', 'Call>Good', 'Call:1>Bad'],
  )
  const { outputs, run, imported } = await tried(exits, { answer })
  assert.deepEqual(imported.graph.nodes[1]?.retry, { attempts: 2, backoffMs: 2_000, growth: 'fixed' })
  assert.equal(run.calls.length, 2)
  assert.deepEqual([outputs('good').length, outputs('bad').length], [0, 1])

  const [, kind, version, parameters = {}] = failing
  const goesOn = rowOf(
    start,
    ['Call', kind, version, parameters, { continueOnFail: true }],
    ['After', 'noOp', 1],
  )
  const on = await tried(goesOn, { answer })
  assert.equal(on.outputs('after').length, 1)
  assert.deepEqual(on.imported.report.added.edges, ['a1'])
})

test('sticky notes and words at steps become notes', () => {
  const note: Step = ['Note', 'stickyNote', 1, { content: '## Read me', width: 400, height: 200, color: 4 }]
  const long: Step = ['Long', 'stickyNote', 1, { content: 'x'.repeat(25_000) }]
  const { graph, report } = importN8n(
    fileOf([note, long, ['Start', 'manualTrigger', 1, {}, { notes: 'By hand only' }]], []),
  )
  assert.deepEqual(graph.notes?.[0], {
    id: 'note',
    text: '## Read me',
    position: { x: 0, y: 450 },
    width: 400,
    height: 200,
    color: 'green',
  })
  assert.equal(
    graph.notes
      ?.slice(1, 4)
      .map(({ text }) => text)
      .join(''),
    'x'.repeat(25_000),
  )
  assert.equal(graph.notes?.at(-1)?.text, 'By hand only')
  assert.deepEqual(
    report.nodes.map(({ nodeType }) => nodeType),
    ['manual', 'note', 'note'],
  )
})

test('an expression without a counterpart is shown where it stands, and keeps the workflow from being published', () => {
  const { graph, report } = importN8n(
    rowOf(start, ['Set', 'set', 1, { values: { string: [{ name: 'a', value: '=Hi {{ $env.KEY }}' }] } }]),
  )
  const told = report.nodes.find(({ name }) => name === 'Set')
  assert.deepEqual(told?.todo, ['Write {{ $env.KEY }} anew: it has a variable of the server.'])
  const problems = validateGraph(graph, nodeTypes)
  assert.deepEqual(
    problems.map(({ code, path }) => [code, path.join('.')]),
    [['template_error', 'nodes.1.config.fields.0.value']],
  )
})

test('a circle that is no loop is told of', () => {
  const { graph, report } = importN8n(
    fileOf(
      [start, ['Wait', 'wait', 1.1, {}], ['Call', 'httpRequest', 4.2, { url: 'https://a.example' }]],
      ['Start>Wait', 'Wait>Call', 'Call>Wait'],
    ),
  )
  assert.equal(graph.edges.length, 3)
  assert.deepEqual(report.nodes[2]?.todo, [
    'The way back to "Wait" makes a circle: put a Repeat step there instead.',
  ])
})

test('files of other shapes are read, and what is no file of n8n is refused', () => {
  const file = rowOf(start)
  for (const given of [file, JSON.stringify(file), [file], { workflow: file }, { data: { workflow: file } }])
    assert.equal(importN8n(given).graph.nodes.length, 1)
  assert.equal(importN8n({ nodes: [] }).name, 'Workflow from n8n')
  for (const given of [
    null,
    1,
    'no',
    '{}',
    {},
    [],
    [file, file],
    { nodes: 'x' },
    { nodes: Array.from({ length: 1_401 }, () => ({})) },
  ])
    assert.throws(() => importN8n(given), NotN8nError)
  let deep: unknown = {}
  for (let level = 0; level < 200; level++) deep = [deep]
  assert.throws(() => importN8n({ nodes: [{ parameters: { deep } }] }), NotN8nError)
})

const kinds = [
  'set',
  'if',
  'switch',
  'filter',
  'merge',
  'wait',
  'code',
  'function',
  'functionItem',
  'httpRequest',
  'splitInBatches',
  'splitOut',
  'aggregate',
  'sort',
  'limit',
  'removeDuplicates',
  'summarize',
  'itemLists',
  'dateTime',
  'html',
  'emailSend',
  'gmail',
  'microsoftOutlook',
  'slack',
  'telegram',
  'discord',
  'hubspot',
  'pipedrive',
  'webhook',
  'scheduleTrigger',
  'cron',
  'interval',
  'formTrigger',
  'errorTrigger',
  'manualTrigger',
  'executeWorkflowTrigger',
  'executeWorkflow',
  'respondToWebhook',
  'noOp',
  'stopAndError',
  'stickyNote',
  'googleSheets',
  'graphql',
  'twilio',
  'mattermost',
  'typeformTrigger',
]
const text = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.constantFrom(
    '={{ $json.a }}',
    '={{ $node["n1"].json["b c"][0] }}',
    '={{ $("n2").item.json.x.toLowerCase() }}',
    '={{',
    '=}}{{ {{ }}',
    '={{ $json }}',
    '={{ new Date( }}',
    '={{ $json.__proto__.x }}',
    '{{ x',
    '={{ [1,{a:$json.b}] }}',
    '={{ $json.a > 1 && !$json.b }}',
    '0',
    'true',
    '\u0000',
    '\ud800',
  ),
)
const names = [
  'conditions',
  'rules',
  'values',
  'assignments',
  'operator',
  'leftValue',
  'rightValue',
  'string',
  'number',
  'value1',
  'value2',
  'operation',
  'url',
  'jsonBody',
  'parameters',
  'options',
  'fieldToSplitOut',
  'jsCode',
  'functionCode',
  'interval',
  'field',
  'amount',
  'unit',
  'mode',
  'resource',
  'sendTo',
  'message',
  'name',
  'value',
  'type',
  'output',
  'fallbackOutput',
  'batchSize',
  'method',
  '__proto__',
  'constructor',
]
const { value } = fc.letrec(tie => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 5 },
    text,
    fc.integer({ min: -5, max: 100 }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 6 }),
  ),
}))
const anyFile = fc
  .array(
    fc.record({
      name: fc.oneof(
        fc.integer({ min: 0, max: 8 }).map(place => `n${place}`),
        fc.constant('constructor'),
        value,
      ),
      type: fc.oneof(
        fc.constantFrom(...kinds).map(kind => `n8n-nodes-base.${kind}`),
        text,
      ),
      typeVersion: fc.oneof(fc.constantFrom(1, 1.1, 2, 2.2, 3, 3.4, 4.2), value),
      parameters: fc.oneof(fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 8 }), value),
      position: fc.oneof(fc.constant([0, 0]), value),
      disabled: fc.boolean(),
      onError: fc.constantFrom(undefined, 'continueErrorOutput', 'continueRegularOutput'),
    }),
    { minLength: 1, maxLength: 9 },
  )
  .chain(nodes =>
    fc
      .array(
        fc.record({
          from: fc.nat(nodes.length - 1),
          to: fc.nat(nodes.length - 1),
          output: fc.nat(3),
          index: fc.nat(2),
          kind: fc.constantFrom('main', 'main', 'main', 'ai_tool'),
        }),
        { maxLength: 14 },
      )
      .map(links => {
        const named = nodes.map((node, place) => ({
          ...node,
          name: typeof node.name === 'string' && place < 5 ? node.name : `n${place}`,
        }))
        const connections: Record<string, Record<string, object[][]>> = Object.create(null)
        for (const { from, to, output, index, kind } of links) {
          const source = String(named[from]?.name)
          connections[source] ??= {}
          connections[source][kind] ??= []
          const outputs = connections[source][kind]
          while (outputs.length <= output) outputs.push([])
          outputs[output]?.push({ node: named[to]?.name, type: kind, index })
        }
        return { nodes: named, connections: { ...connections }, links }
      }),
  )

test('whatever looks like a file of n8n becomes a graph with all of its steps and connections', () => {
  fc.assert(
    fc.property(anyFile, ({ nodes, connections, links }) => {
      const { graph, report } = importN8n({ nodes, connections })
      const read = graphSchema.safeParse(graph)
      assert.deepEqual(read.error?.issues ?? [], [])
      const stickies = nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote').length
      assert.equal(graph.nodes.length, nodes.length - stickies + report.added.nodes.length)
      assert.equal(graph.notes?.length ?? 0, stickies)
      assert.equal(report.nodes.length, nodes.length)
      assert.equal(report.mapped + report.changed + report.placeholders, nodes.length)
      assert.ok(!report.nodes.some(({ reason }) => reason === UNREAD), 'A step was not read.')
      // Names that stand twice, and connections of notes, are not drawn in n8n either.
      const names = nodes.map(({ name }) => name)
      const isSure = new Set(names).size === names.length && stickies === 0 && !names.includes('')
      if (isSure) assert.equal(graph.edges.length, links.length + report.added.edges.length)
      const problems = validateGraph(graph, nodeTypes)
      const broken = report.nodes.filter(({ status, todo }) => status === 'mapped' && todo.length === 0)
      for (const { nodeId } of broken) {
        const own = problems.find(
          problem =>
            problem.nodeId === nodeId &&
            /^(?:invalid_config|template_error|condition_error|unknown_node_type)$/.test(problem.code),
        )
        assert.equal(own, undefined, 'A step that is said to run cannot be published.')
      }
    }),
    { numRuns: 1_500, seed: 7 },
  )
})
