import type { Named } from '#modules/flow/contract.ts'

interface NamedWords {
  /** One of them with its article. */
  readonly one: string
  /** What stands in a field that is empty. */
  readonly ask: string
  /** What is said when nothing is called what was typed. */
  readonly none: string
}

const WORDS: Readonly<Record<Named, NamedWords>> = {
  person: {
    one: 'a person',
    ask: 'Search by name or e-mail',
    none: 'Nobody is called that. An e-mail address can be written out.',
  },
  company: {
    one: 'a company',
    ask: 'Search by name or domain',
    none: 'No company is called that now. A name or domain is looked for in each run.',
  },
  deal: { one: 'a deal', ask: 'Search by name', none: 'No deal is called that.' },
  member: { one: 'a member', ask: 'Search by name', none: 'No member is called that.' },
  member_address: {
    one: 'a member',
    ask: 'A member, or any text',
    none: 'No member is called that. It is given out as it is written.',
  },
  pipeline: { one: 'a pipeline', ask: 'Choose a pipeline', none: 'No pipeline is called that.' },
  stage: { one: 'a stage', ask: 'Choose a stage', none: 'No stage is called that.' },
  lost_reason: { one: 'a reason', ask: 'Choose a reason', none: 'No reason is called that.' },
  lead_status: {
    one: 'a column',
    ask: 'Choose a column',
    none: 'No column is called that. A name or status is looked for on the board of the lead.',
  },
  tag: { one: 'a tag', ask: 'Choose or write', none: 'No tag is called that yet.' },
  workflow: { one: 'a workflow', ask: 'Choose a workflow', none: 'No other workflow is called that.' },
}

/** The words for choosing something of a kind. */
export function namedWords(names: Named): NamedWords {
  return WORDS[names]
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const ADDRESS = /^\S+@\S+\.\S+$/

/** Whether a text is the id of something. */
export function isId(text: string): boolean {
  return ID.test(text)
}

/** What is wrong with a name that was written out instead of chosen, as far as that can be seen from it. */
export function writtenProblem(names: Named, text: string): string | undefined {
  const written = text.trim()
  if (written === '' || isId(written)) return undefined
  if (names === 'deal') return 'Choose a deal from the list: deals are not found by what they are called.'
  if ((names !== 'person' && names !== 'member') || ADDRESS.test(written)) return undefined
  return `Choose ${WORDS[names].one} from the list, or write an e-mail address.`
}
