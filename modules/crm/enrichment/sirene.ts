import { z } from 'zod'
import { sirenFault } from '../normalize/french-ids.ts'
import { askJson, type Provider } from './provider.ts'

/** The bands of employees of the French register as people read them (INSEE, tranche d'effectif salarié). */
const EMPLOYEES: Readonly<Record<string, string>> = {
  '00': '0',
  '01': '1-2',
  '02': '3-5',
  '03': '6-9',
  '11': '10-19',
  '12': '20-49',
  '21': '50-99',
  '22': '100-199',
  '31': '200-249',
  '32': '250-499',
  '41': '500-999',
  '42': '1000-1999',
  '51': '2000-4999',
  '52': '5000-9999',
  '53': '10000+',
}

const text = z.string().nullish()
const Answer = z.object({
  results: z.array(
    z.object({
      siren: z.string(),
      nom_complet: text,
      activite_principale: text,
      date_creation: text,
      tranche_effectif_salarie: text,
      siege: z
        .object({
          siret: text,
          adresse: text,
          numero_voie: text,
          type_voie: text,
          libelle_voie: text,
          code_postal: text,
          libelle_commune: text,
        })
        .nullish(),
    }),
  ),
})

/**
 * The public register of French businesses, by SIREN; https://recherche-entreprises.api.gouv.fr/docs/. It asks for no key and
 * takes about seven questions a second. A name alone is not asked: many businesses share one.
 */
export const sirene: Provider = {
  id: 'sirene',
  name: 'French business register',
  about: 'Activity, founding date, size and head office of French companies, by their SIREN.',
  finds: ['company'],
  needsCredential: false,
  origin: 'https://recherche-entreprises.api.gouv.fr',
  canAsk: ({ object, siren }) => object === 'company' && siren !== null && sirenFault(siren) === null,
  ask(asking) {
    const { siren } = asking.question
    const url = new URL('/search', asking.origin)
    url.search = new URLSearchParams({ q: siren ?? '', page: '1', per_page: '1' }).toString()
    return askJson(asking, url, {}, json => {
      const business = Answer.parse(json).results.find(each => each.siren === siren)
      if (!business) return { kind: 'nothing' }
      const { siege } = business
      const street = [siege?.numero_voie, siege?.type_voie, siege?.libelle_voie].filter(Boolean).join(' ')
      const values = {
        hqSiret: siege?.siret,
        ...(business.activite_principale
          ? { nafCode: business.activite_principale, nafNomenclature: 'NAFRev2' }
          : {}),
        foundingDate: business.date_creation,
        employeeRange: EMPLOYEES[business.tranche_effectif_salarie ?? ''],
        street,
        postalCode: siege?.code_postal,
        city: siege?.libelle_commune,
        country: 'France',
      }
      return { kind: 'found', values }
    })
  },
}
