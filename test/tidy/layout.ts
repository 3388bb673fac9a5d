import type { Finding, Rule } from './rule.ts'
import { baseName, type Tree } from './tree.ts'

// Words that say what kind of code it is instead of what it is about.
const KINDS = [
  'utils',
  'util',
  'helpers',
  'helper',
  'services',
  'service',
  'repositories',
  'repository',
  'managers',
]
const KIND_WORDS = new Set([...KINDS, 'manager', 'misc', 'constants'])
// As a whole name these say nothing; as the last word ("event-types.ts") they can be a noun of the product.
const EMPTY_NAMES = new Set([...KIND_WORDS, 'types', 'common', 'shared'])

const OWN_FOLDERS = /^(platform|modules|programs|web|sdk|test|bench|chaos)\//

/** The words of a name: `mailService` and `mail-service` are both mail, service. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[-._]/)
}

function emptyPart(path: string): string | undefined {
  const parts = path.split('/')
  const stem = baseName(path).replace(/(\.test)?\.[a-z]+$/, '')
  const folder = parts.slice(0, -1).find(part => EMPTY_NAMES.has(part.toLowerCase()))
  if (folder !== undefined) return folder
  return EMPTY_NAMES.has(stem.toLowerCase()) || KIND_WORDS.has(wordsOf(stem).at(-1) ?? '') ? stem : undefined
}

export const fileNames: Rule = {
  name: 'Files and folders are named after what they are about',
  cure: 'Use a noun of the product (runs.ts, price-list.ts) and move every function to the noun it serves.',
  find: tree =>
    tree.paths
      .filter(path => OWN_FOLDERS.test(path) && !path.startsWith('test/fixtures/'))
      .flatMap((file): Finding[] => {
        const part = emptyPart(file)
        return part === undefined ? [] : [{ file, what: `is named «${part}», which fits any code` }]
      }),
  bad: [
    ...[
      'utils',
      'helpers',
      'service',
      'services',
      'repository',
      'types',
      'constants',
      'misc',
      'common',
      'manager',
    ].map(name => ({ [`modules/crm/${name}.ts`]: '' })),
    { 'modules/crm/date-utils.ts': '' },
    { 'modules/crm/mail.service.ts': '' },
    { 'modules/crm/mailManager.ts': '' },
    { 'web/src/helpers/date.ts': '' },
    { 'modules/crm/utils.test.ts': '' },
  ],
  good: [
    { 'modules/crm/event-types.ts': '', 'modules/crm/common-name.ts': '', 'test/fixtures/misc/a.ts': '' },
  ],
}

export const markupInWeb: Rule = {
  name: 'Files with markup (.tsx) are only under web/',
  cure: 'Server code returns text and data; Node does not run .tsx.',
  find: tree =>
    tree.paths
      .filter(path => /\.[jt]sx$/.test(path) && !path.startsWith('web/'))
      .map(file => ({ file, what: 'has markup outside web/' })),
  bad: [{ 'modules/mail/letter.tsx': '' }, { 'platform/http/page.jsx': '' }],
  good: [{ 'web/src/shell/app.tsx': '', 'modules/mail/letter.ts': '' }],
}

export const moduleReadme: Rule = {
  name: 'Every module has a README.md',
  cure: 'Write one screen: what the module owns, its words, its invariants, its events in and out.',
  find: tree => {
    const folders = tree.paths.flatMap(path => /^modules\/[^/]+(?=\/)/.exec(path)?.[0] ?? [])
    return [...new Set(folders)]
      .filter(folder => tree.text(`${folder}/README.md`).trim() === '')
      .map(folder => ({ file: `${folder}/README.md`, what: 'is missing or empty' }))
  },
  bad: [{ 'modules/crm/README.md': '\n' }],
  good: [{ 'modules/crm/README.md': '# crm\n', 'modules/crm/deep/people.ts': '', 'modules/README.md': '' }],
}

function misnumbered(tree: Tree, folder: string): Finding[] {
  const files = tree.paths.filter(path => path.startsWith(`${folder}/`))
  const wellNamed = files.filter(file => /^\d{4}_[a-z0-9]+(_[a-z0-9]+)*\.sql$/.test(baseName(file)))
  const odd = files
    .filter(file => !wellNamed.includes(file))
    .map(file => ({ file, what: 'is not named NNNN_name.sql, in lower case with underscores' }))
  const jumps = wellNamed.flatMap((file, index): Finding[] => {
    const [found, due] = [baseName(file).slice(0, 4), String(index + 1).padStart(4, '0')]
    return found === due ? [] : [{ file, what: `has the number ${found} where ${due} is due` }]
  })
  return [...odd, ...jumps.slice(0, 1)]
}

export const migrationNames: Rule = {
  name: 'Migrations are numbered NNNN_name.sql without a gap, each module from 0001',
  cure: 'Take the next free number of this module. A migration that has run anywhere keeps its name.',
  find: tree => {
    const folders = tree.paths.flatMap(
      path => /^(platform|modules)\/.*?\/migrations(?=\/)/.exec(path)?.[0] ?? [],
    )
    return [...new Set(folders)].flatMap(folder => misnumbered(tree, folder))
  },
  bad: [
    { 'modules/crm/migrations/1_people.sql': '' },
    { 'modules/crm/migrations/0001-people.sql': '' },
    { 'modules/crm/migrations/0001_people.ts': '' },
    { 'modules/crm/migrations/0002_people.sql': '' },
    { 'modules/crm/migrations/0003_deals.sql': '', 'modules/crm/migrations/0001_people.sql': '' },
    { 'platform/db/migrations/0001_roles.sql': '', 'platform/db/migrations/0001_a.sql': '' },
  ],
  good: [
    {
      'modules/crm/migrations/0001_people.sql': '',
      'modules/crm/migrations/0002_do_not_contact.sql': '',
      'platform/db/migrations/0001_roles.sql': '',
    },
  ],
}
