import type { Kit } from '#platform/context.ts'
import { callerKey } from '#platform/http/caller.ts'
import { identityOf } from '../identity.ts'
import type { PublishedForm } from '../published-forms.ts'
import { requestSigns } from './request-signs.ts'
import { type Manner, rated, type Sign, type Typed, typedIn } from './signs.ts'
import {
  createTextMemory,
  type Echo,
  isTelling,
  numberOf,
  type Sender,
  type TextMemory,
} from './text-memory.ts'
import { textSigns } from './text-signs.ts'
import { createTrafficMemory, type Traffic, type TrafficMemory } from './traffic-memory.ts'

/** Where the submissions of a form go by what their signs weigh together. */
export interface Limits {
  /** From here on a page that can is asked for a proof of work. */
  readonly ask: number
  /** From here on a submission is held back. */
  readonly hold: number
}

export type Level = 'off' | 'standard' | 'strict'

/** What nobody does by accident weighs 100, so that it is held back on every level. */
export const limitsOf: Readonly<Record<Level, Limits>> = {
  off: { ask: Number.POSITIVE_INFINITY, hold: 100 },
  standard: { ask: 3, hold: 10 },
  strict: { ask: 0, hold: 7 },
}

/** What is odd about a submission, before the database was asked. */
export interface Suspicion {
  readonly signs: readonly Sign[]
  readonly typed: Typed
  readonly sender: Sender
  /** What somebody typed at length, to be compared with what was held back before; null for less. */
  readonly text: string | null
}

/** What about a text weighs so much that others of the same kind are looked out for. */
const ODD_MIN = 4

/** What speaks against where and how fast it came, and no longer does once a browser has done some work. */
const ANSWERED_BY_WORK = new Set(['fast', 'busy_network', 'known_network', 'under_attack', 'driven_browser'])

/** What is held against a submission that came with a proof of work. */
export function withoutAnswered(signs: readonly Sign[]): Sign[] {
  return signs.filter(sign => !ANSWERED_BY_WORK.has(sign.code))
}

const memories = new WeakMap<Kit, { texts: TextMemory; traffic: TrafficMemory }>()

function memoryOf(kit: Kit) {
  const memory = memories.get(kit) ?? { texts: createTextMemory(), traffic: createTrafficMemory() }
  memories.set(kit, memory)
  return memory
}

/** One act of sending a form, with answers that have been found right. */
export interface Sent {
  readonly form: PublishedForm
  readonly answers: Readonly<Record<string, string>>
  readonly address: string
  readonly manner: Manner
}

/** Looks at a submission, and remembers it for the next ones. */
export function suspect(kit: Kit, { form, answers, address, manner }: Sent): Suspicion {
  const { email, name } = identityOf(form.fields, answers)
  const typed = typedIn(form.fields, answers, { email, name })
  const sender: Sender = {
    email: numberOf(email.toLowerCase()),
    network: numberOf(callerKey(address)),
    form: numberOf(form.formId),
  }
  const at = kit.clock.now().getTime()
  const { texts, traffic } = memoryOf(kit)
  const text = typed.texts.join('\n')
  const shown = [form.title, form.intro, ...form.fields.map(field => field.label)].join('\n')
  const said = textSigns(typed, shown)
  const odd = said.filter(sign => sign.points >= ODD_MIN)
  const alikeOdd = Math.max(0, ...odd.map(sign => traffic.seeOdd(sender, sign.code, at)))
  const signs = [
    ...said,
    ...requestSigns(manner, typed, kit.config.publicUrl.startsWith('https:')),
    ...echoSigns(texts.see(text, sender, at)),
    {
      code: 'odd_alike',
      words: 'Others have sent this form what is odd in the same way today.',
      points: rated(alikeOdd, [0, 2, 4]),
    },
    ...trafficSigns(traffic.see(sender, manner.channel === 'script', at), manner),
  ].filter(sign => sign.points > 0)
  return { signs, typed, sender, text: isTelling(text) ? text : null }
}

/** Remembers that a submission was not let through. */
export function noteHeld(kit: Kit, { sender }: Suspicion): void {
  memoryOf(kit).traffic.hold(sender, kit.clock.now().getTime())
}

/** Remembers that what was held back has been let in after all. */
export function noteReleased(kit: Kit, { sender }: Suspicion): void {
  memoryOf(kit).traffic.release(sender)
}

function echoSigns({ same, alike, pattern, forms }: Echo): Sign[] {
  return [
    {
      code: 'same_text',
      words: 'Others have sent the same text, or almost the same.',
      points: Math.max(rated(same, [0, 4, 8, 8, 10]), rated(alike, [0, 3, 6, 6, 9])),
    },
    {
      code: 'same_pattern',
      words: 'Others have sent the same sentences with other words in them.',
      points: rated(pattern, [0, 3, 4, 6, 8]),
    },
    {
      code: 'many_forms',
      words: 'The same text was sent to other forms too.',
      points: rated(forms, [0, 0, 2, 4, 6]),
    },
  ]
}

function trafficSigns(traffic: Traffic, { channel }: Manner): Sign[] {
  // One address is normal for a program that sends what other people typed.
  const fromNetwork = channel === 'program' ? 0 : traffic.fromNetwork
  return [
    {
      code: 'busy_network',
      words: 'Many addresses were sent from the same network within minutes.',
      points: fromNetwork >= 25 ? 5 : fromNetwork >= 12 ? 1 : 0,
    },
    {
      code: 'surge',
      words: 'This form is sent without its script more often than people do.',
      points: channel === 'script' ? 0 : traffic.withoutScript >= 20 ? 5 : traffic.withoutScript >= 8 ? 3 : 0,
    },
    {
      code: 'address_on_forms',
      words: 'The same address was sent to many forms.',
      points: traffic.formsOfAddress >= 3 ? 4 : 0,
    },
    {
      code: 'known_network',
      words: 'Something from the same network was held back today.',
      points: rated(traffic.heldOfNetwork, [0, 2, 2, 4]),
    },
    {
      code: 'under_attack',
      words: 'Much of what was sent to this form within the hour was held back.',
      // A page that runs its script is asked for some work; others would be held back with it.
      points: traffic.heldOnForm < 5 ? 0 : channel === 'script' ? 4 : 2,
    },
  ]
}
