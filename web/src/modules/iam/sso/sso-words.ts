import { type SsoOutcome, ssoOutcomes } from '#modules/iam/contract.ts'

const words: Readonly<Record<SsoOutcome, string>> = {
  denied: 'You were not let in there. Try again, or ask whoever looks after your sign-in.',
  expired: 'That sign-in took too long, was used already, or began in another browser. Start again.',
  unreachable: 'Your sign-in provider does not answer at the moment. Try again in a few minutes.',
  misconfigured:
    'Single sign-on is not set up right. Tell an administrator of your organization to test it in its settings.',
  refused:
    'The answer of your sign-in provider could not be trusted. Start again, and tell us if it stays so.',
  no_email:
    'Your sign-in provider did not say your e-mail address. Ask whoever looks after it to send it along.',
  email_not_verified:
    'Your sign-in provider has not verified your e-mail address. Verify it there, then try again.',
  other_domain: 'Your sign-in provider named an address at a domain it does not speak for here.',
  not_admitted: 'You are not a member of this organization. Ask somebody there to invite you.',
  suspended: 'Your access is suspended. Ask an administrator of your organization.',
  off: 'Single sign-on is not set up for this address, or it is switched off.',
  other_provider:
    'Your organization has a provider of its own. Enter your work e-mail address below to go there.',
  busy: 'Too many people are signing in at this moment. Try again in a minute.',
}

/** How a sign-in by a provider ended, from the address of the sign-in page; undefined for anything else. */
export function outcomeOf(text: unknown): SsoOutcome | undefined {
  return ssoOutcomes.find(outcome => outcome === text)
}

/** What a person reads who came back without a session. */
export function outcomeWords(outcome: SsoOutcome): string {
  return words[outcome]
}
