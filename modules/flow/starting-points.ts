import type { FormDefinition } from '#modules/intake/contract.ts'
import type { Graph } from './graph.ts'

/** The ways to begin: each gives a published workflow and a form that takes answers at once. */
export const startingPointNames = ['contact', 'demo_request', 'blank'] as const
export type StartingPointName = (typeof startingPointNames)[number]

export interface StartingPoint {
  readonly workflowName: string
  readonly description: string
  readonly graph: Graph
  readonly form: FormDefinition
}

/** A workflow and a form to begin with. `organization` is the name that letters are signed with. */
export function startingPoint(name: StartingPointName, organization: string): StartingPoint {
  // A name is no template, whatever stands in it.
  const signature = organization.replaceAll(/[{}]/g, '')
  switch (name) {
    case 'contact':
      return contact(signature)
    case 'demo_request':
      return demoRequest(signature)
    case 'blank':
      return blank()
  }
}

const nameField = {
  type: 'TEXT',
  key: 'name',
  label: 'Your name',
  required: true,
  validation: { maxLength: 120 },
} as const
const emailField = { type: 'EMAIL', key: 'email', label: 'E-mail', required: true } as const

function contact(signature: string): StartingPoint {
  return {
    workflowName: 'Contact form',
    description: 'Tells the team about every message and thanks whoever wrote it.',
    graph: inARow([
      ['form', 'form_submitted', 'Form submitted', {}],
      [
        'tell_team',
        'notify',
        'Tell the team',
        { title: 'New message from {{ lead.name }}', body: '{{ lead.fields.message }}' },
      ],
      [
        'thank',
        'send_email',
        'Thank the sender',
        {
          to: '{{ lead.email }}',
          subject: 'Thank you, {{ lead.name }}',
          text: `Hello {{ lead.name }},\n\nthank you for your message. We have it and will answer soon.\n\n${signature}`,
        },
      ],
    ]),
    form: {
      name: 'Contact form',
      title: 'How can we help?',
      intro: 'Write to us. We answer by e-mail.',
      submitLabel: 'Send',
      thankYouTitle: 'Thank you',
      thankYouText: 'Your message has arrived. You will find a confirmation in your mailbox.',
      status: 'published',
      fields: [
        nameField,
        emailField,
        {
          type: 'TEXT',
          key: 'message',
          label: 'Message',
          required: true,
          validation: { maxLength: 4000, multiline: true },
        },
      ],
    },
  }
}

function demoRequest(signature: string): StartingPoint {
  return {
    workflowName: 'Demo request',
    description: 'Tells the team at once, answers at once, and asks again after two days.',
    graph: inARow([
      ['form', 'form_submitted', 'Form submitted', {}],
      [
        'tell_team',
        'notify',
        'Tell the team',
        {
          title: '{{ lead.name }} wants a demo',
          body: '{{ lead.name }} ({{ lead.email }}), {{ lead.fields.team_size }} people.',
        },
      ],
      [
        'answer',
        'send_email',
        'Answer at once',
        {
          to: '{{ lead.email }}',
          subject: 'Your demo, {{ lead.name }}',
          text: `Hello {{ lead.name }},\n\nthank you for your interest. Answer this message with two or three times that suit you, and we will send an invitation.\n\n${signature}`,
        },
      ],
      ['wait', 'wait', 'Two days', { duration: { amount: 2, unit: 'days' } }],
      [
        'ask_again',
        'send_email',
        'Ask again',
        {
          to: '{{ lead.email }}',
          subject: 'Shall we find a time, {{ lead.name }}?',
          text: `Hello {{ lead.name }},\n\nare you still interested in a demo? Just answer with a time that suits you.\n\n${signature}`,
        },
      ],
    ]),
    form: {
      name: 'Demo request',
      title: 'See it for yourself',
      intro: 'Tell us who you are, and we will show you around.',
      submitLabel: 'Request a demo',
      thankYouTitle: 'Thank you',
      thankYouText: 'Your request has arrived. Look into your mailbox: we have sent you a first question.',
      status: 'published',
      fields: [
        nameField,
        { ...emailField, label: 'Work e-mail' },
        { type: 'TEXT', key: 'company', label: 'Company', validation: { maxLength: 200 } },
        {
          type: 'DROPDOWN',
          key: 'team_size',
          label: 'People in your team',
          required: true,
          options: ['1-10', '11-50', '51-200', 'More than 200'],
        },
      ],
    },
  }
}

function blank(): StartingPoint {
  return {
    workflowName: 'My first workflow',
    description: '',
    graph: inARow([['form', 'form_submitted', 'Form submitted', {}]]),
    form: {
      name: 'My first form',
      title: 'Leave your details',
      intro: '',
      submitLabel: 'Send',
      thankYouTitle: 'Thank you',
      thankYouText: 'Your answers have arrived.',
      status: 'published',
      fields: [nameField, emailField],
    },
  }
}

type Step = readonly [id: string, type: string, label: string, config: Record<string, unknown>]

/** Steps one after the other, from left to right. */
function inARow(steps: readonly Step[]): Graph {
  return {
    nodes: steps.map(([id, type, label, config], index) => ({
      id,
      type,
      label,
      position: { x: index * 280, y: 120 },
      config,
    })),
    edges: steps.slice(1).map(([target], index) => {
      const source = steps[index]?.[0] ?? ''
      return { id: `${source}-${target}`, source, target, enabled: true }
    }),
  }
}
