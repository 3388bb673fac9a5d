import { setTimeout as delay } from 'node:timers/promises'
import {
  createWorkflow,
  type Graph,
  publishWorkflow,
  saveDraft,
  startWorkflow,
} from '#modules/flow/contract.ts'
import { createTokens, signUp, tokensOf } from '#modules/iam/contract.ts'
import { saveForm, submitForm } from '#modules/intake/contract.ts'
import { createClient } from '#platform/contract/client.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { newId } from '#platform/ids.ts'
import { Seeded } from '#platform/seeded.ts'

const ACCOUNT = { email: 'owner@chaos.example', password: 'a rather long password of ours' }
/** Clients that start runs side by side, each waiting a little between two starts. */
const CLIENTS = 4
const PAUSE_MS_MAX = 260
const RETRY_MS = 150

/** What the API has confirmed; none of it may be lost. */
export interface Confirmed {
  /** Run by idempotency key. */
  readonly runs: Map<string, string>
  /** Address by submission id. */
  readonly leads: Map<string, string>
  /** Starts that gave another run than the first time. */
  readonly contradictions: string[]
}

const wait = (amount: number) => ({ duration: { amount, unit: 'seconds' } })
const mail = (to: string, word: string) => ({
  to,
  subject: `${word} of {{ run.id }}`,
  text: 'Hello,\n\nthis comes once.',
})
const call = (host: string, node: string) => ({
  type: 'http_request',
  config: { method: 'POST', url: `http://${host}/{{ run.id }}/${node}`, body: '{"run":"{{ run.id }}"}' },
  retry: { attempts: 8, backoffMs: 100 },
})
const notice = (word: string) => ({ type: 'notify', config: { title: `${word} of {{ run.id }}` } })

type Sketch = Record<string, { type: string; config?: object; retry?: object }>

function graphOf(nodes: Sketch, edges: readonly (readonly [string, string, string?])[]): Graph {
  return {
    nodes: Object.entries(nodes).map(([id, node]) => ({ id, config: {}, position: { x: 0, y: 0 }, ...node })),
    edges: edges.map(([source, target, sourceHandle], index) => ({
      id: `e${index}`,
      source,
      target,
      enabled: true,
      ...(sourceHandle ? { sourceHandle } : {}),
    })),
  } as Graph
}

/** Steps in memory, a wait, a call, e-mails, notices, and branches that come together again. */
function formGraph(host: string): Graph {
  const condition = { condition: { field: 'lead.fields.budget', operator: 'greater_or_equal', value: 5000 } }
  return graphOf(
    {
      form: { type: 'form_submitted' },
      set: { type: 'set_fields', config: { fields: [{ name: 'who', value: '{{ lead.name }}' }] } },
      budget: { type: 'condition', config: condition },
      tell: notice('Large budget'),
      thank: { type: 'send_email', config: mail('{{ lead.email }}', 'Thanks') },
      wait: { type: 'wait', config: wait(0.2) },
      call: call(host, 'call'),
      done: notice('Done'),
    },
    [
      ['form', 'set'],
      ['set', 'budget'],
      ['budget', 'tell', 'true'],
      ['budget', 'thank', 'false'],
      ['tell', 'thank'],
      ['thank', 'wait'],
      ['wait', 'call'],
      ['call', 'done'],
    ],
  )
}

function branchedGraph(host: string): Graph {
  const later = (amount: number) => ({ type: 'wait', config: wait(amount) })
  return graphOf(
    {
      start: { type: 'manual' },
      left: call(host, 'left'),
      left_wait: later(0.05),
      middle_wait: later(0.5),
      middle: { type: 'send_email', config: mail('{{ trigger.email }}', 'Middle') },
      right: { type: 'set_fields', config: { fields: [{ name: 'n', value: '1' }] } },
      right_wait: later(0.1),
      right_call: call(host, 'right_call'),
      merge: notice('Merged'),
      last: { type: 'send_email', config: mail('{{ trigger.email }}', 'Last') },
    },
    [
      ['start', 'left'],
      ['left', 'left_wait'],
      ['left_wait', 'merge'],
      ['start', 'middle_wait'],
      ['middle_wait', 'middle'],
      ['middle', 'merge'],
      ['start', 'right'],
      ['right', 'right_wait'],
      ['right_wait', 'right_call'],
      ['right_call', 'merge'],
      ['merge', 'last'],
    ],
  )
}

/** Rounds two at a time, then another workflow whose end is waited for. */
function roundsGraph(workflowId: string): Graph {
  return graphOf(
    {
      start: { type: 'manual' },
      each: { type: 'loop', config: { items: '{{ trigger.items }}', concurrency: 2, collect: '{{ item }}' } },
      note: notice('Round {{ item }}'),
      nap: { type: 'wait', config: wait(0.05) },
      other: { type: 'sub_workflow', config: { workflowId } },
      last: { type: 'send_email', config: mail('{{ trigger.email }}', 'Rounds') },
    },
    [
      ['start', 'each'],
      ['each', 'note', 'each'],
      ['note', 'nap'],
      ['each', 'other', 'done'],
      ['other', 'last'],
    ],
  )
}

function otherGraph(host: string): Graph {
  return graphOf({ start: { type: 'manual' }, call: call(host, 'call'), done: notice('Other') }, [
    ['start', 'call'],
    ['call', 'done'],
  ])
}

/** People and programs that start runs through the API, patiently: whoever hears nothing asks again with the same key. */
export class Load {
  readonly confirmed: Confirmed = { runs: new Map(), leads: new Map(), contradictions: [] }
  readonly #url: () => string
  readonly #chance: Seeded
  #token = ''
  /** Those that are started by hand. */
  #workflowIds: readonly string[] = []
  #formKey = ''
  #isOver = false
  #clients: Promise<void>[] = []

  constructor(url: () => string, seed: number) {
    this.#url = url
    this.#chance = new Seeded(seed)
  }

  /** Makes an account, a workflow with a form and some that are started by hand; begins to start runs. */
  async begin(receiverHost: string): Promise<void> {
    const anonymous = createClient({ baseUrl: this.#url() })
    const person = { ...ACCOUNT, name: 'Owner', organizationName: 'Chaos' }
    await anonymous.call(signUp, { body: person })
    await this.#signIn()
    const formWorkflow = await this.#publish('Form', formGraph(receiverHost))
    const other = await this.#publish('Other', otherGraph(receiverHost))
    this.#workflowIds = [
      await this.#publish('Branches', branchedGraph(receiverHost)),
      await this.#publish('Rounds', roundsGraph(other)),
    ]
    const form = await this.#client().call(saveForm, {
      params: { workflowId: formWorkflow },
      body: {
        name: 'Form',
        title: 'Form',
        status: 'published',
        fields: [
          { type: 'TEXT', key: 'name', label: 'Name', required: true },
          { type: 'EMAIL', key: 'email', label: 'E-mail', required: true },
          { type: 'DROPDOWN', key: 'budget', label: 'Budget', options: ['$500', '$10000+'] },
        ],
      },
    })
    this.#formKey = form.key
    this.#clients = Array.from({ length: CLIENTS }, () => this.#act())
  }

  async #signIn(): Promise<void> {
    const tokens = tokensOf(
      await createClient({ baseUrl: this.#url() }).call(createTokens, { body: ACCOUNT }),
    )
    this.#token = tokens.accessToken
  }

  /** Starts nothing new; resolves when everything that was begun is confirmed. */
  async end(): Promise<void> {
    this.#isOver = true
    await Promise.all(this.#clients)
  }

  #client() {
    return createClient({
      baseUrl: this.#url(),
      headers: () => (this.#token ? { authorization: `Bearer ${this.#token}` } : {}),
    })
  }

  async #publish(name: string, graph: Graph): Promise<string> {
    const { id, revision } = await this.#client().call(createWorkflow, { body: { name } })
    const params = { workflowId: id }
    await this.#client().call(saveDraft, { params, body: { graph, revision } })
    await this.#client().call(publishWorkflow, { params })
    return id
  }

  async #act(): Promise<void> {
    while (!this.#isOver) {
      await (this.#chance.chance(0.5) ? this.#submit() : this.#start())
      await delay(this.#chance.whole(0, PAUSE_MS_MAX))
    }
  }

  async #submit(): Promise<void> {
    const submissionId = newId()
    const email = `${submissionId}@example.com`
    const answers = { name: 'Kim', email, budget: this.#chance.pick(['$500', '$10000+']) }
    const body = { submissionId, answers }
    await this.#untilAnswered(() =>
      this.#client().call(submitForm, { params: { formKey: this.#formKey }, body }),
    )
    this.confirmed.leads.set(submissionId, email)
  }

  /** Some are started again although they were answered, as a client does that lost the answer. */
  async #start(): Promise<void> {
    const idempotencyKey = newId()
    const input = { email: `${idempotencyKey}@example.com`, items: [1, 2, 3, 4, 5] }
    const workflowId = this.#chance.pick(this.#workflowIds)
    const times = this.#chance.chance(0.2) ? 2 : 1
    for (let time = 0; time < times; time++) {
      const { runId } = await this.#untilAnswered(() =>
        this.#client().call(startWorkflow, {
          params: { workflowId },
          body: { input, idempotencyKey },
        }),
      )
      const first = this.confirmed.runs.get(idempotencyKey) ?? runId
      if (first !== runId)
        this.confirmed.contradictions.push(`${idempotencyKey} started ${first} and ${runId}`)
      this.confirmed.runs.set(idempotencyKey, first)
    }
  }

  /** A refusal is a defect of this load; anything else is asked again. */
  async #untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask()
      } catch (error) {
        const status = error instanceof ProblemError ? error.status : 0
        // An answer that breaks off in the middle is a TypeError of fetch and as good as none.
        if (status === 0 && !(error instanceof ProblemError || error instanceof TypeError)) throw error
        if (status === 401) await this.#signIn().catch(() => {})
        else if (status >= 400 && status < 500 && status !== 429) throw error
        await delay(RETRY_MS)
      }
    }
  }
}
