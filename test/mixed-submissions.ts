import { Agent, request } from 'node:http'
import { newId } from '#platform/ids.ts'
import { Seeded } from '#platform/seeded.ts'

/** A post as a client sends it, and what it has to be answered with. */
interface Post {
  readonly body: string
  readonly type: string
  readonly isAccepted: boolean
}

/** Posts to a form with the fields of the demo, and what they leave when all have arrived. */
export interface MixedSubmissions {
  readonly posts: readonly Post[]
  readonly expected: {
    readonly accepted: number
    readonly refused: number
    readonly leads: number
    readonly values: number
    readonly events: number
    readonly submissions: number
    readonly runs: number
  }
}

const JSON_TYPE = 'application/json'

type Answers = Readonly<Record<string, unknown>>
type Malform = (good: Answers) => { body: string; type?: string }

/** Every way of being wrong that a form meets: none is JSON of the right shape with the right answers. */
const MALFORMED: readonly Malform[] = [
  () => ({ body: '{"submissionId": "' }),
  () => ({ body: '[]' }),
  good => ({ body: JSON.stringify({ submissionId: newId(), answers: { ...good, email: 'grace@' } }) }),
  good => ({ body: JSON.stringify({ submissionId: newId(), answers: { ...good, email: undefined } }) }),
  good => ({ body: JSON.stringify({ submissionId: newId(), answers: { ...good, budget: 'a million' } }) }),
  good => ({ body: JSON.stringify({ submissionId: newId(), answers: { ...good, unasked: 'x' } }) }),
  good => ({ body: JSON.stringify({ submissionId: newId(), answers: { ...good, name: 'a\u0000b' } }) }),
  good => ({
    body: JSON.stringify({ submissionId: newId(), answers: { ...good, message: 'x'.repeat(2001) } }),
  }),
  good => ({ body: JSON.stringify({ submissionId: 'one', answers: good }) }),
  good => ({ body: JSON.stringify({ submissionId: newId(), answers: good, token: 'x.y.z' }) }),
  good => ({ body: JSON.stringify({ submissionId: newId(), answers: good }), type: 'text/plain' }),
]

/**
 * `count` posts in an order of chance: of a hundred 75 are new, 10 the same act of sending as another one, 10 another act of
 * somebody who sends one too, and 5 are malformed.
 */
export function mixedSubmissions(count: number, seed: number): MixedSubmissions {
  const chance = new Seeded(seed)
  const malformed = Math.round(count * 0.05)
  const repeated = Math.round(count * 0.1)
  const again = Math.round(count * 0.1)
  const fresh = count - malformed - repeated - again
  const good = Array.from({ length: fresh }, (_, n): { submissionId: string; answers: Answers } => ({
    submissionId: newId(),
    answers: {
      name: `Visitor ${n}`,
      email: `${newId()}@example.com`,
      budget: chance.pick(['$500', '$5000', '$10000+']),
    },
  }))
  const post = (body: unknown): Post => ({ body: JSON.stringify(body), type: JSON_TYPE, isAccepted: true })
  const posts = [
    ...good.map(post),
    ...good.slice(0, repeated).map(post),
    ...good.slice(-again).map(({ answers }) => post({ submissionId: newId(), answers })),
    ...Array.from({ length: malformed }, (_, n): Post => {
      const make: Malform = MALFORMED[n % MALFORMED.length] ?? (() => ({ body: '' }))
      const { body, type = JSON_TYPE } = make({ name: 'Nobody', email: `${newId()}@example.com` })
      return { body, type, isAccepted: false }
    }),
  ]
  return {
    posts: chance.shuffled(posts),
    expected: {
      accepted: fresh + repeated + again,
      refused: malformed,
      leads: fresh,
      // A box that was not ticked is an answer too.
      values: 4 * fresh,
      events: fresh + again,
      submissions: fresh + again,
      runs: fresh,
    },
  }
}

/** Sends all of them from so many clients at once; throws at the first that is answered otherwise than it should be. */
export async function sendMixed(
  url: string,
  { posts }: MixedSubmissions,
  clients: number,
): Promise<{ accepted: number; refused: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const answered = { accepted: 0, refused: 0 }
  const queue = posts.values()
  try {
    await Promise.all(
      Array.from({ length: clients }, async () => {
        for (const post of queue) {
          const status = await send(url, agent, post)
          const isRight = post.isAccepted ? status === 201 : status >= 400 && status < 500 && status !== 429
          if (!isRight) throw new Error(`${status} for ${post.body.slice(0, 200)}`)
          answered[post.isAccepted ? 'accepted' : 'refused']++
        }
      }),
    )
  } finally {
    agent.destroy()
  }
  return answered
}

function send(url: string, agent: Agent, { body, type }: Post): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': type, 'content-length': Buffer.byteLength(body) }
    const call = request(url, { method: 'POST', agent, headers }, response => {
      response.resume()
      response.once('end', () => resolve(response.statusCode ?? 0))
    })
    call.once('error', reject)
    call.end(body)
  })
}

/** Counts of what is stored of the posts to one form, for whoever may see all rows; `$1` is the form's key. */
export const STORED_OF_FORM = `
  with form as (
    select f.org_id, f.id, f.workflow_id from intake.form_keys k join intake.forms f on f.id = k.form_id where k.key = $1
  ), lead as (
    select l.id from intake.leads l join form on l.org_id = form.org_id and l.workflow_id = form.workflow_id
  )
  select (select count(*)::int from lead) as leads,
    (select count(*)::int from intake.lead_values v join lead on v.lead_id = lead.id) as values,
    (select count(*)::int from intake.lead_events e join lead on e.lead_id = lead.id where e.kind = 'FORM_SUBMITTED') as events,
    (select count(*)::int from intake.submissions s join form on s.form_id = form.id) as submissions,
    (select count(*)::int from flow.runs r join form on r.workflow_id = form.workflow_id) as runs`
