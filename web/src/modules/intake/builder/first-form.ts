import type { Draft, DraftField } from './draft.ts'

const asked = { help: '', required: false, page: 0, validation: {} }

/** What a form begins with: who it is and what they want. */
export function firstForm(workflowName: string): Draft {
  const fields: DraftField[] = [
    { ...asked, type: 'TEXT', key: 'name', label: 'Your name', required: true },
    { ...asked, type: 'EMAIL', key: 'email', label: 'Your e-mail address', required: true },
    { ...asked, type: 'LONG_TEXT', key: 'message', label: 'How can we help?' },
  ]
  return {
    name: workflowName,
    title: 'Get in touch',
    intro: '',
    submitLabel: '',
    thankYouTitle: '',
    thankYouText: 'We have received your answers.',
    redirectUrl: null,
    language: 'en',
    pages: [],
    theme: { appearance: 'auto', accentColor: null, pageColor: null },
    embed: { allowedHosts: [] },
    keepsPartials: false,
    partialsText: '',
    fields,
  }
}
