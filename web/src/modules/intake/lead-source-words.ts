const WORDS: Readonly<Record<string, string>> = {
  form: 'Form',
  email: 'E-mail',
  webhook: 'Webhook',
  calendly: 'Calendly',
}

/** By which way a lead came in, as people read it; ways that programs name stay as they name them. */
export function leadSourceWords(source: string): string {
  return WORDS[source] ?? source
}
