import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  checkTemplate,
  evaluateTemplate,
  parseTemplate,
  renderTemplate,
  type TemplateOptions,
  templatePaths,
} from './template.ts'
import { listFilters } from './template-filters.ts'
import { TemplateError } from './template-parse.ts'

const lead = {
  name: 'ada lovelace',
  email: ' ADA@Example.com ',
  phone: '',
  note: null,
  tags: ['vip', 'paris'],
  budget: '5000',
  values: { 'Budget (€)': 12, société: 'Été' },
  createdAt: '2026-03-01T22:30:00Z',
  deal: { amount: 123456, currency: 'EUR' },
}
const data = { lead, nodes: { 'send-1': { messageId: 'm1' } }, vars: { list: [{ id: 7 }, { id: 8 }] } }

function render(source: string, options: Partial<TemplateOptions> = {}, from: unknown = data): string {
  return renderTemplate(parseTemplate(source), from, { missing: 'error', ...options })
}

function refusal(run: () => unknown): TemplateError {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof TemplateError, String(error))
    return error
  }
  return assert.fail('no TemplateError was thrown')
}

test('paths reach names, list positions, quoted names and node ids', () => {
  assert.equal(render('{{lead.name}} {{ vars.list[1].id }}{{vars.list.0.id}}'), 'ada lovelace 87')
  assert.equal(render('{{ lead.values["Budget (€)"] }} {{lead.values.société}}'), '12 Été')
  assert.equal(render('{{nodes.send-1.messageId}} {{lead.tags.length}}'), 'm1 2')
})

test('text outside placeholders is copied, single braces and JSON endings included', () => {
  assert.equal(render('{"a":{"b":"{{lead.budget}}"}} } { }}'), '{"a":{"b":"5000"}} } { }}')
  assert.equal(render("{{ \"{{\" }} {{ 'it\\'s \\n' }}{{ 1.5 }}{{ true }}"), "{{ it's \n1.5true")
})

test('filters do what their descriptions say', () => {
  const cases: [string, string][] = [
    [
      '{{ lead.phone | default: "none" }}{{ lead.note | default: lead.budget }}{{ lead.nothing | default: 0 }}',
      'none50000',
    ],
    [
      '{{ lead.name | upper }} {{ lead.email | trim | lower }} {{ lead.name | capitalize }}',
      'ADA LOVELACE ada@example.com Ada lovelace',
    ],
    [
      '{{ lead.createdAt | date }} {{ lead.createdAt | date: "D MMMM YYYY HH:mm", "Asia/Tokyo" }}',
      '2026-03-01 2 March 2026 07:30',
    ],
    [
      '{{ lead.budget | number: 2 }} {{ 1234.5 | number: 0, "de" }} {{ "$5,000.4" | number }}',
      '5,000.00 1.235 5,000.4',
    ],
    [
      '{{ lead.budget | money: "USD" }} {{ lead.deal | money }} {{ 500 | money: "JPY" }}',
      '$5,000.00 €1,234.56 ¥500',
    ],
    [
      '{{ "abcdef" | truncate: 4 }} {{ "abc" | truncate: 3 }} {{ "👩👩👩" | truncate: 2, "" }}{{ "abcd" | truncate: 2, "..." }}',
      'abc… abc 👩👩..',
    ],
    [
      '{{ lead.tags | join: "+" }} {{ lead.tags }} {{ lead.tags | first }} {{ "éa" | first }}',
      'vip+paris vip, paris vip é',
    ],
    ['{{ "a.b.c" | replace: ".", "$&" }}', 'a$&b$&c'],
    ['{{ "a b&c/é" | url_encode }} {{ "\ud800" | url_encode }}', 'a%20b%26c%2F%C3%A9 %EF%BF%BD'],
    [
      '{{ lead.deal | json }} {{ lead.note | json }} {{ lead.deal }}',
      '{"amount":123456,"currency":"EUR"} null {"amount":123456,"currency":"EUR"}',
    ],
  ]
  for (const [source, expected] of cases) assert.equal(render(source), expected)
})

test('a missing value is an error with its place under "error" and nothing under "empty"', () => {
  const error = refusal(() => render('Hello\n  {{ lead.nothing | upper }}'))
  assert.deepEqual([error.code, error.line, error.column], ['missing_value', 2, 3])
  assert.match(error.message, /lead\.nothing/)
  assert.equal(render('a{{ lead.nothing.at.all | upper }}b{{lead.note}}', { missing: 'empty' }), 'ab')
})

test('one placeholder alone keeps the type of its value', () => {
  const value = (source: string) => evaluateTemplate(parseTemplate(source), data, { missing: 'empty' })
  assert.deepEqual(value('{{ lead.tags }}'), ['vip', 'paris'])
  assert.equal(value('{{ lead.deal.amount }}'), 123456)
  assert.equal(value('{{ lead.nothing }}'), null)
  assert.equal(value(' {{ lead.deal.amount }}'), ' 123456')
  assert.equal(value(''), '')
})

test('outputs are escaped for HTML, JSON and addresses while the text around stays as written', () => {
  const from = { x: `<b a="1">&'`, s: 'q"\\\n', n: 5, u: 'a&b=c/../d', base: 'https://h.example/p' }
  assert.equal(
    render('<p>{{x}}{{x | json}}</p>', { escape: 'html' }, from),
    '<p>&lt;b a=&quot;1&quot;&gt;&amp;&#39;&quot;&lt;b a=\\&quot;1\\&quot;&gt;&amp;&#39;&quot;</p>',
  )
  const body = render(
    '{"a\\"":"x {{s}}","b":{{s}},"c":{{n}},"d":{{nothing}},"e":{{s | json}}}',
    { escape: 'json', missing: 'empty' },
    from,
  )
  assert.deepEqual(JSON.parse(body), { 'a"': 'x q"\\\n', b: 'q"\\\n', c: 5, d: null, e: 'q"\\\n' })
  assert.equal(
    render('{{base}}?q={{u}}&r={{u | url_encode}}', { escape: 'url' }, from),
    'https://h.example/p?q=a%26b%3Dc%2F..%2Fd&r=a%26b%3Dc%2F..%2Fd',
  )
  assert.equal(refusal(() => render('https://api.example{{u}}/x', { escape: 'url' }, from)).code, 'bad_value')
})

test('a value cannot break out of the JSON body it stands in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), value => {
      const body = render('{"a":"{{v}}","b":{{v}},"c":["{{v}}{{v}}"]}', { escape: 'json' }, { v: value })
      const wellFormed = JSON.parse(JSON.stringify(value))
      assert.deepEqual(JSON.parse(body), { a: wellFormed, b: wellFormed, c: [wellFormed + wellFormed] })
    }),
  )
})

test('every mistake is found at once with its line and column', () => {
  const problems = checkTemplate(
    '{{ }} {{ a | nope }}\n{{ a.__proto__ }} {{ a | truncate }} {{ a | number: "x" }} {{ b ! }}\n{{ a | upper: 1 }} {{ "x',
  )
  assert.deepEqual(
    problems.map(({ code, line, column }) => [code, line, column]),
    [
      ['syntax', 1, 4],
      ['unknown_filter', 1, 14],
      ['forbidden_name', 2, 6],
      ['bad_argument', 2, 26],
      ['bad_argument', 2, 53],
      ['syntax', 2, 65],
      ['bad_argument', 3, 15],
      ['unclosed', 3, 23],
    ],
  )
  assert.deepEqual(checkTemplate('{{ a.b | default: c["d"] }}'), [])
  assert.equal(checkTemplate('x'.repeat(262_145))[0]?.code, 'too_long')
  assert.equal(checkTemplate('{{a}}'.repeat(2_001))[0]?.code, 'too_long')
  assert.equal(checkTemplate(`{{ a${'.b'.repeat(40)} }}`)[0]?.code, 'too_long')
  assert.equal(checkTemplate('{{ a')[0]?.code, 'unclosed')
})

test('the paths a template reads are listed once each, filter values included', () => {
  assert.deepEqual(templatePaths(parseTemplate('{{ a.b[0] | default: c }} {{a.b.0}} {{ "x" }}')), [
    ['a', 'b', 0],
    ['c'],
  ])
})

test('work and output are bounded, whatever the data', () => {
  const from = { big: 'x'.repeat(200_000), list: new Array(20_000).fill(1), deep: nest(100) }
  assert.equal(refusal(() => render('{{big}}{{big}}', {}, from)).code, 'too_large')
  assert.equal(refusal(() => render('{{big | replace: "x", "yyyyyyyyyy"}}', {}, from)).code, 'too_large')
  assert.equal(refusal(() => render('{{list}}', {}, from)).code, 'too_many_steps')
  assert.equal(refusal(() => render('{{list | json}}', {}, from)).code, 'too_many_steps')
  assert.equal(refusal(() => render('{{deep | json}}', {}, from)).code, 'too_large')
  assert.equal(
    refusal(() => render('{{big | upper | truncate: 1}}'.repeat(100), {}, from)).code,
    'too_many_steps',
  )
  assert.equal(refusal(() => render('{{ 0 | date: "D" }}'.repeat(600))).code, 'too_many_steps')
  assert.equal(refusal(() => render('é€', { bytesMax: 4 })).code, 'too_large')
  assert.equal(render('é€', { bytesMax: 5 }), 'é€')
  assert.equal(render('{{ x }}', { bytesMax: 4 }, { x: '😀' }), '😀')
})

test('a wrong value or zone is a typed error at the filter', () => {
  const codes: [string, string][] = [
    ['{{ lead.name | date }}', 'bad_value'],
    ['{{ lead.name | number }}', 'bad_value'],
    ['{{ 0 | date: "D", "Mars/Base" }}', 'bad_argument'],
    ['{{ "2026-01-01" | date: "MMMM", "UTC", "!!" }}', 'bad_argument'],
    ['{{ 1 | money }}', 'bad_argument'],
    ['{{ 1 | money: lead.name }}', 'bad_argument'],
    ['{{ 1 | number: lead.name }}', 'bad_argument'],
    ['{{ 1 | number: lead.nothing }}', 'none'],
    ['{{ "a" | replace: lead.phone, "b" }}', 'bad_argument'],
    ['{{ "a" | truncate: lead.nothing }}', 'bad_argument'],
  ]
  for (const [source, code] of codes) {
    if (code === 'none') assert.equal(render(source), '1')
    else assert.equal(refusal(() => render(source)).code, code, source)
  }
})

test('no path reaches a prototype, a method or an object that is not plain data', () => {
  class Secret {
    key = 'leaked'
  }
  const own = JSON.parse('{"__proto__":{"leak":"leaked"},"constructor":{"name":"leaked"},"ok":1}')
  const from = {
    o: {},
    a: [1],
    s: 'text',
    n: 5,
    f: () => 'leaked',
    secret: new Secret(),
    d: new Date(0),
    m: new Map([['k', 'leaked']]),
    own,
    inherited: Object.create({ leak: 'leaked' }),
  }
  const refused = [
    'o.__proto__',
    'o.constructor',
    'o["constructor"].constructor',
    "own['__proto__'].leak",
    'o.prototype',
    'own.constructor.name',
    'a.constructor',
    'constructor',
    '__proto__.x',
  ]
  for (const path of refused) assert.equal(checkTemplate(`{{ ${path} }}`)[0]?.code, 'forbidden_name', path)
  const absent = [
    'o.toString',
    'o.hasOwnProperty',
    'o.__defineGetter__',
    'o.valueOf',
    'a.map',
    'a.at',
    'a[5]',
    's.length',
    's.repeat',
    's[0]',
    'n.toFixed',
    'f',
    'f.name',
    'secret.key',
    'secret',
    'd',
    'd.getTime',
    'm.size',
    'm.k',
    'inherited.leak',
    'toString',
    'globalThis',
    'process.env',
    'this',
    'require',
    'o["__lookupGetter__"]',
  ]
  for (const path of absent) assert.equal(render(`{{ ${path} }}`, { missing: 'empty' }, from), '', path)
  for (const [source] of [['{{ o | json }}'], ['{{ secret | json }}']] as const)
    assert.doesNotMatch(render(source, {}, from), /leaked/)
  for (const source of [
    '{{ constructor.constructor("return process")() }}',
    '{{ [].constructor }}',
    '{{ o[n] }}',
    '{{ `x` }}',
    '{{ o?.x }}',
    '{{ ...o }}',
    '{{ o | constructor }}',
    '{{ o | __proto__ }}',
    '{{ o | toString }}',
    '{{ a=1 }}',
    '{{ (a) }}',
    '{{ a() }}',
    '{{= a }}',
    '{{# a }}',
    '{{{ a }}}',
  ]) {
    assert.notDeepEqual(checkTemplate(source), [], source)
  }
})

test('no text and no data make a template throw anything but TemplateError', () => {
  const word = fc.constantFrom(
    '{{',
    '}}',
    '{',
    '}',
    '|',
    ':',
    ',',
    '.',
    '[',
    ']',
    '"',
    "'",
    '\\',
    ' ',
    '\n',
    'lead',
    'a',
    '0',
    '-1',
    '1.5',
    '__proto__',
    'constructor',
    'true',
    'null',
    'é',
    '😀',
    '\ud800',
    '\u0000',
    ...listFilters().map(filter => filter.name),
  )
  const source = fc.array(word, { maxLength: 30 }).map(words => words.join(''))
  const value = fc.jsonValue({ maxDepth: 3 })
  const escaping = fc.constantFrom('none', 'html', 'json', 'url' as const)
  fc.assert(
    fc.property(
      fc.oneof(
        source,
        source.map(inner => `{{ a | ${inner} }}`),
        fc.string({ unit: 'binary' }),
      ),
      value,
      escaping,
      (text, a, how) => {
        const problems = checkTemplate(text)
        try {
          renderTemplate(parseTemplate(text), { a, lead: { a } }, { missing: 'empty', escape: how as 'none' })
          assert.deepEqual(problems, [])
        } catch (error) {
          assert.ok(error instanceof TemplateError, String(error))
          assert.ok(error.line >= 1 && error.column >= 1)
        }
      },
    ),
    { numRuns: 5000 },
  )
})

test('every filter takes every kind of value and argument without an untyped error', () => {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.double(),
    fc.constant(undefined),
    fc.date().map(String),
    fc.string({ unit: 'binary' }),
  )
  const name = fc.constantFrom(...listFilters())
  fc.assert(
    fc.property(name, value, fc.array(value, { maxLength: 3 }), (filter, a, more) => {
      const given = filter.parameters.map((_, index) => `p${index}`)
      const source = `{{ a | ${filter.name}${given.length > 0 ? `: ${given.join(', ')}` : ''} }}`
      const from = { a, p0: more[0], p1: more[1], p2: more[2] }
      try {
        renderTemplate(parseTemplate(source), from, { missing: 'empty' })
      } catch (error) {
        assert.ok(error instanceof TemplateError, String(error))
      }
    }),
    { numRuns: 3000 },
  )
})

function nest(levels: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < levels; level++) value = [value]
  return value
}
