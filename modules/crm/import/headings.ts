/**
 * What columns are called in files of people and companies, in English and French and in the exports of programs they come from:
 * Pharow, Apollo, LinkedIn, HubSpot, Pipedrive, Dropcontact. Folded, without punctuation. The first word that fits wins.
 */
const PERSON: Readonly<Record<string, string>> = {
  id: 'id|record id|millrace id|person id',
  fullName:
    'name|full name|nom complet|nom et prenom|prenom nom|contact|contact name|nom du contact|person name|personne nom|person',
  firstName:
    'first name|firstname|given name|prenom|person first name|personne prenom|forename|contact first name',
  lastName: 'last name|lastname|surname|family name|nom|nom de famille|person last name|contact last name',
  salutation: 'salutation|civilite|title prefix|titre de civilite|honorific|gender|genre',
  email:
    'email|e mail|mail|email address|e mail address|adresse email|adresse e mail|adresse mail|courriel|work email|email pro|email professionnel|business email|contact email|person email|personne email|email work|person email work|person email home|primary email|personal email|email 1',
  emailStatus:
    'email status|e mail status|statut email|statut de l email|email verification status|qualification email|email qualification|email valide|verification email',
  emailReliability:
    'email reliability|e mail reliability|fiabilite email|fiabilite de l email|email confidence|email score|indice de confiance email',
  title:
    'title|job title|jobtitle|position|poste|fonction|intitule de poste|intitule du poste|role|headline|person title|poste actuel|current position|metier',
  phone:
    'phone|phone number|telephone|tel|numero de telephone|work phone|work direct phone|direct phone|ligne directe|telephone fixe|corporate phone|phone work|person phone|first phone|home phone',
  mobile:
    'mobile|mobile phone|mobile phone number|portable|telephone mobile|telephone portable|tel portable|cell|cell phone|gsm|phone mobile|numero mobile',
  linkedinUrl:
    'linkedin|linkedin url|person linkedin url|linkedin profile|profil linkedin|url linkedin|lien linkedin|linkedin personne|url|profile url|linkedin profile url|linkedin de la personne|linkedin bio',
  externalId: 'external id|externalid|id externe|identifiant|identifiant externe|reference|crm id|contact id',
  source: 'source|lead source|origine|provenance|original source|canal',
  status: 'status|statut',
  lifecycleStage: 'lifecycle|lifecycle stage|stage|etape du cycle de vie|cycle de vie|phase du cycle de vie',
  score: 'score|lead score|hubspot score|points',
  tags: 'tags|tag|labels|label|etiquettes|etiquette|lists|mots cles',
  ownerUserId:
    'owner|contact owner|proprietaire|proprietaire du contact|responsable|commercial|account owner|person owner|assigned to',
  listName: 'list|liste|list name|nom de la liste|liste pharow',
}

const COMPANY: Readonly<Record<string, string>> = {
  id: 'id|record id|company record id',
  name: 'name|company|company name|nom|societe|entreprise|nom de l entreprise|nom de la societe|raison sociale|denomination|denomination sociale|organization|organisation|organization name|organisation nom|nom entreprise|account name|compte|employer|company name for emails|nom commercial de l entreprise|nom societe|current company|person organization',
  brandName: 'brand name|nom commercial|enseigne|marque|trade name',
  linkedinName: 'linkedin name|nom linkedin|linkedin company name|nom linkedin de l entreprise',
  websiteUrl:
    'website|site|site web|site internet|web|url|web site|website url|url du site|url site web|domain|domaine|company domain|company domain name|nom de domaine|company website|site web de l entreprise|organization website|site web entreprise|domain name',
  linkedinUrl:
    'linkedin|linkedin url|company linkedin url|company linkedin|linkedin entreprise|linkedin de l entreprise|page linkedin|linkedin company page|url linkedin entreprise|lien linkedin entreprise|organization linkedin',
  email:
    'email|e mail|company email|email generique|email entreprise|generic email|email de contact|contact email',
  phones:
    'phones|phone|phone number|telephone|tel|company phone|telephone entreprise|telephone de l entreprise|standard|telephone standard|numero de telephone|organization phone|hq phone',
  siren: 'siren|numero siren|n siren|no siren|siren number|code siren',
  hqSiret:
    'siret|siret siege|siret du siege|numero siret|n siret|hq siret|siret of the head office|siret siege social|code siret',
  nafCode: 'naf|code naf|naf code|code ape|ape|naf ape|code naf ape|activite naf|naf sector|secteur naf',
  nafNomenclature: 'naf nomenclature|nomenclature naf|nomenclature|nomenclature activite',
  activity:
    'activity|activite|secteur|secteur d activite|industry|libelle naf|activite principale|sector|description|industrie|libelle activite',
  employeeRange:
    'employees|employee range|effectif|effectifs|tranche d effectif|tranche effectif|tranche effectifs|number of employees|nombre d employes|nombre de salaries|company size|taille|taille de l entreprise|headcount|nb salaries|no of employees|effectif entreprise|employee count',
  annualRevenue:
    'revenue|annual revenue|chiffre d affaires|ca|ca annuel|chiffre d affaires annuel|turnover|dernier ca|montant ca',
  foundingYear: 'founding year|founded|founded year|annee de creation|year founded|annee creation',
  foundingDate: 'founding date|date de creation|date creation|date d immatriculation|creation date',
  growing: 'growing|croissance|en croissance|growth',
  street:
    'street|rue|adresse|address|street address|company address|company street|adresse du siege|adresse siege|adresse postale|hq address',
  postalCode:
    'postal code|zip|zip code|code postal|cp|postcode|company zip|company postal code|code postal siege|code postal entreprise|postal zip code',
  city: 'city|ville|commune|company city|ville siege|ville entreprise|town|localite|company location city',
  country: 'country|pays|company country|pays siege|pays entreprise|country region|company hq country',
  pharowCompanyId: 'pharow id|id pharow|pharow company id|identifiant pharow',
  externalId:
    'external id|externalid|id externe|company id|account id|identifiant externe|associated company id|company external id',
  source: 'source|origine|lead source',
  tags: 'tags|tag|labels|etiquettes|company tags',
  ownerUserId: 'owner|company owner|proprietaire|responsable|account owner',
}

/** A heading as it is compared. */
export function foldHeading(heading: string): string {
  return heading
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()
}

function wordsOf(table: Readonly<Record<string, string>>, prefix: string): [string, string][] {
  return Object.entries(table).flatMap(([name, words]) =>
    words.split('|').map((word): [string, string] => [word, prefix + name]),
  )
}

function firstOf(entries: readonly [string, string][]): ReadonlyMap<string, string> {
  return new Map(entries.toReversed())
}

/** Headings in files of people: a word that both could have is the person's, unless it says company. */
const OF_PEOPLE = firstOf([
  ...wordsOf(PERSON, ''),
  ...wordsOf(COMPANY, 'company.').filter(
    ([word]) => !Object.values(PERSON).some(words => words.split('|').includes(word)),
  ),
  // A file of people says "company.name" in its own exports.
  ...Object.keys(COMPANY).map((name): [string, string] => [
    `company ${foldHeading(name.replace(/[A-Z]/g, ' $&'))}`,
    `company.${name}`,
  ]),
])
const OF_COMPANIES = firstOf(wordsOf(COMPANY, ''))

/** The key of the field that a heading names, or null. */
export function fieldOfHeading(object: 'person' | 'company', heading: string): string | null {
  const folded = foldHeading(heading)
  const known = object === 'person' ? OF_PEOPLE : OF_COMPANIES
  return known.get(folded) ?? known.get(folded.replace(/ (\d|fr|en)$/, '')) ?? null
}
