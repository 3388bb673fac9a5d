import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { iamModule } from '#modules/iam/index.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { crmModule } from '../index.ts'
import { imported, importer, uploaded } from './factories.ts'

const PHAROW = `\uFEFFPrénom;Nom;Email;Poste;Téléphone;Nom de l'entreprise;SIREN;Site web;Effectif;Ville
Zoé;Brûlé;zoe@moulin.example;Directrice;06 12 34 56 78;Moulin Vert;732 829 320;www.moulin.example;11-50;Paris
Luc;Petit;luc@moulin.example;Vendeur;;Moulin Vert;732829320;;;
Ann;Lee;not an address;;;;;;;
`

describe('taking a file of people in', () => {
  let t: TestKit
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule] })
  })
  after(() => t.close())

  it('makes people, positions and companies of it in one pass', async () => {
    const who = await importer(t)
    const checked = await uploaded(t, who, PHAROW)
    assert.equal(checked.status, 'mapping')
    assert.deepEqual(checked.dialect, { encoding: 'utf-8', delimiter: ';', hasHeader: true })
    assert.deepEqual(
      checked.mapping.map(({ field }) => field),
      [
        'firstName',
        'lastName',
        'email',
        'title',
        'phone',
        'company.name',
        'company.siren',
        'company.websiteUrl',
        'company.employeeRange',
        'company.city',
      ],
    )
    const done = await imported(t, who, PHAROW)
    assert.equal(done.status, 'done')
    assert.deepEqual(
      [
        done.counts.peopleCreated,
        done.counts.companiesCreated,
        done.counts.positionsCreated,
        done.counts.partly,
      ],
      [3, 1, 2, 1],
    )
  })
})
