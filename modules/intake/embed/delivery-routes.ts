import { type Implemented, implementPublic } from '#platform/http/handlers.ts'
import { checkAnswers } from '../answers.ts'
import { checkPage, getEmbedScript } from '../contract.ts'
import { serveEmbedScript } from '../page/form-assets.ts'
import { assertReachableHere } from '../page/form-brand.ts'
import { currentForm, openForm } from '../published-forms.ts'
import { visitLimit } from '../visits.ts'
import { admitsSite } from './allowed-sites.ts'

/** Somebody goes through a form's pages more often than they send it. */
const CHECKS_FOR_A_POST = 5

const takeCheck = visitLimit(kit => CHECKS_FOR_A_POST * kit.config.formPostsPerMinute)

export const deliveryRoutes: readonly Implemented[] = [
  implementPublic(
    checkPage,
    async (http, { params, body }) => {
      const form = openForm(await currentForm(http.kit, params.formKey))
      await assertReachableHere(http, form)
      takeCheck(http.kit, form.formId, http.address)
      const here = form.fields.filter(field => field.page === body.page)
      const pointers = new Set(here.map(({ key }) => `/answers/${key}`))
      const { problems } = checkAnswers(form.fields, body.answers, form.language)
      return { problems: problems.filter(({ pointer }) => pointers.has(pointer)) }
    },
    { admits: admitsSite },
  ),
  implementPublic(getEmbedScript, async () => serveEmbedScript()),
]
