import { useState } from 'react'
import type { GraphNode } from '#modules/flow/contract.ts'
import { NodePanel } from '../modules/flow/panel/node-panel.tsx'
import classes from './gallery.module.css'
import { Part, Sample } from './sample.tsx'

function step(id: string, type: string, config: GraphNode['config']): GraphNode {
  return { id, type, config, position: { x: 0, y: 0 } }
}

/** Steps whose settings together need every kind of control. */
const STEPS: readonly { name: string; node: GraphNode }[] = [
  {
    name: 'Texts with placeholders',
    node: step('email', 'send_email', {
      to: '{{ lead.email }}',
      subject: 'Welcome, {{ lead.name | upper }}',
      text: 'Hello {{ lead.name }},\n\nthank you for your message.',
    }),
  },
  {
    name: 'Conditions',
    node: step('filter', 'filter', {
      condition: {
        all: [
          { field: 'lead.fields.budget', operator: 'greater_or_equal', value: '5000' },
          {
            any: [
              { field: 'lead.email', operator: 'ends_with', value: '@acme.example' },
              { field: 'lead.createdAt', operator: 'within_last', value: '7 days' },
            ],
          },
        ],
      },
    }),
  },
  {
    name: 'Opening hours',
    node: step('wait', 'wait', {
      businessHours: { timeZone: 'Europe/Paris', days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' },
    }),
  },
  {
    name: 'Names with values',
    node: step('set', 'set_fields', {
      fields: [
        { name: 'total', value: '{{ lead.fields.budget }}' },
        { name: 'isNew', value: true },
        { name: 'not a name', value: 5 },
      ],
    }),
  },
  {
    name: 'Entries in an order',
    node: step('switch', 'switch', {
      mode: 'value',
      value: '{{ lead.fields.country }}',
      cases: [
        { id: 'fr', label: 'France', equals: 'FR' },
        { id: 'none', label: 'Not told', equals: null },
      ],
    }),
  },
  { name: 'Still to be filled in', node: step('request', 'http_request', { method: 'POST', url: '' }) },
  { name: 'Wrong', node: step('loop', 'loop', { items: '{{ lead.tags', concurrency: 100 }) },
]

/** The settings of steps, as the panel beside the canvas draws them. */
export function StepSettingsSection() {
  return (
    <Sample name="Settings of steps">
      <div className={classes.grid}>
        {STEPS.map(({ name, node }) => (
          <Part key={node.id} name={name}>
            <OneStep name={name} node={node} />
          </Part>
        ))}
      </div>
    </Sample>
  )
}

function OneStep({ name, node: given }: { name: string; node: GraphNode }) {
  const [node, setNode] = useState(given)
  return (
    <NodePanel
      label={name}
      workflowId=""
      graph={{ nodes: [node], edges: [] }}
      node={node}
      problems={[]}
      onChange={setNode}
    />
  )
}
