import { requireRecentSignIn } from '#modules/iam/index.ts'
import { type Implemented, implement } from '#platform/http/handlers.ts'
import { personPrivacy, recordConsent } from './consents.ts'
import { addDoNotContact, endDoNotContact, listDoNotContact } from './do-not-contact.ts'
import { erasePerson, givePersonData } from './erasure.ts'
import * as api from './privacy-api.ts'

/** The do-not-contact list and what people have agreed to. */
export const privacyRoutes: readonly Implemented[] = [
  implement(api.listDoNotContact, (ctx, { query }) => listDoNotContact(ctx, query)),
  implement(api.addDoNotContact, (ctx, { body }) => addDoNotContact(ctx, body.items)),
  implement(api.endDoNotContact, async (ctx, { params, body }) => {
    await endDoNotContact(ctx, params.entryId, body.note)
    return undefined
  }),
  implement(api.getPersonPrivacy, (ctx, { params }) => personPrivacy(ctx, params.personId)),
  implement(api.givePersonData, (ctx, { params }) => givePersonData(ctx, params.personId)),
  implement(api.erasePerson, async (ctx, { params, body }, http) => {
    await requireRecentSignIn(ctx, http)
    return erasePerson(ctx, params.personId, body)
  }),
  implement(api.recordConsent, (ctx, { params, body }) => recordConsent(ctx, params.personId, body)),
]
