import { readFileSync } from 'node:fs'
import type { Seeded } from '#platform/seeded.ts'

/** What people really wrote to companies; see the page beside the file. */
export const customerMessages: readonly string[] = readFileSync(
  new URL('../../../test/fixtures/spam/customer-messages.txt', import.meta.url),
  'utf8',
)
  .split('\n')
  .filter(Boolean)

/** Enquiries in the languages and alphabets in which people write to a form. */
export const enquiries: readonly string[] = `
Bonjour, nous cherchons un prestataire pour refaire notre site vitrine avant l'été. Pouvez-vous nous rappeler ?
Bonsoir, je voudrais un devis pour 12 postes de travail, merci.
Guten Tag, wir suchen jemanden, der unsere Server umzieht. Was würde das ungefähr kosten?
Könnten Sie mir bitte sagen, ob Sie auch samstags arbeiten? Danke und viele Grüße
Hola, necesito información sobre los precios para una tienda pequeña. ¿Me pueden llamar por la tarde?
Buongiorno, vorrei sapere se fate anche assistenza a domicilio e quanto costa.
Goedemiddag, wij hebben een lekkage en zoeken iemand die deze week nog kan komen kijken.
Olá, gostaria de marcar uma reunião para falar sobre o nosso projeto. Obrigado!
Dzień dobry, czy mogliby Państwo przygotować ofertę na instalację fotowoltaiczną dla domu jednorodzinnego?
Merhaba, kızım için piyano dersi almak istiyoruz, haftada bir gün mümkün mü?
Xin chào, tôi muốn hỏi giá dịch vụ kế toán cho công ty nhỏ khoảng mười người.
Dobrý den, máme zájem o opravu střechy, kdy by bylo možné přijet na prohlídku?
Szia, szeretnék időpontot kérni jövő hétre, ha lehet délutánra.
Hei, voisitteko lähettää tarjouksen keittiön remontista? Kiitos jo etukäteen.
Hej, jag undrar om ni har lediga tider i mars för en heldag med tolv personer?
Bună ziua, aș dori o ofertă pentru un site de prezentare, cu termen luna viitoare.
Здравствуйте, подскажите пожалуйста, работаете ли вы с небольшими компаниями и сколько это стоит?
Добрий день, шукаємо підрядника на ремонт офісу, будь ласка, передзвоніть нам.
Καλησπέρα σας, θα ήθελα να ρωτήσω για τις τιμές και τον χρόνο παράδοσης.
您好,我们想了解一下贵公司的服务和价格,方便的话请给我打电话。
はじめまして。来月の打ち合わせの日程についてご相談させてください。
안녕하세요, 견적을 받고 싶습니다. 이메일로 연락 주시면 감사하겠습니다.
مرحبا، أود الاستفسار عن أسعار الخدمة ومدة التنفيذ، شكرا لكم.
שלום, אשמח לקבל הצעת מחיר לשיפוץ מטבח קטן בתל אביב.
สวัสดีค่ะ อยากสอบถามราคาและระยะเวลาในการทำเว็บไซต์ค่ะ
Hi, call me
ok thanks
Need a quote
PLEASE CALL ME TODAY IT IS URGENT, THE HEATING IS OUT AND WE HAVE A BABY AT HOME
Here is our current site: https://www.bakery-am-markt.example/ - can you make it faster?
We saw https://studio.example/work/lamp and https://studio.example/work/chair and would like something like these two for our lobby.
Budget, timeline, references please.
WordPress, WooCommerce, hosting, backups
My order 4417-22-9031 has not come. I wrote on 3 March and on 9 March and nobody has answered. What happens now?
`
  .split('\n')
  .map(line => line.trim())
  .filter(Boolean)

export const givenNames =
  'Amélie Björn Chloé Dagmar Émile Fatima Grzegorz Håkon Ingrid Jürgen Kateřina Łukasz Mehmet Nguyễn Oluwaseun Priya Quentin Rosa Siobhán Tomáš Ursula Vinícius Wojciech Xiaoming Yusuf Zoë Anna Ben Carla David Eva Frank Greta Hugo Ida Jonas'.split(
    ' ',
  )
export const familyNames =
  "O'Brien Müller-Lüdenscheidt García Þórsson Dubois Nowak Szczepański Kowalczyk Van-den-Berg Öztürk Nguyen Okonkwo Sharma Rossi Jensen Lindqvist Novák Horváth Popescu Papadopoulos Silva Smith Jones Martin Weber Bakker Ivanova Tanaka Kim Haddad Cohen Ng Li".split(
    ' ',
  )
/** Names that are written in one piece or otherwise than most. */
export const otherNames =
  '李明|田中 花子|Владимир|محمد|Madonna|J. R. R. T.|de la Cruz, María José|김민준|Dr. med. Anja Vogt|ANDREA ROSSI|lisa'.split(
    '|',
  )

/** A dictionary, as bots carry one. */
export const nouns =
  'river window garden engine bottle mountain paper village candle forest bridge ladder kitchen morning pencil harbor meadow rocket blanket mirror teacher signal carpet thunder basket island pillow market anchor cotton saddle lantern orchard button curtain violin pepper shadow castle ribbon hammer saucer valley ticket copper helmet jungle magnet needle oyster parcel quartz rabbit satchel turtle velvet walnut zipper barrel canyon dolphin feather'.split(
    ' ',
  )
export const adjectives =
  'green quiet heavy golden narrow bright ancient gentle hollow modern purple rapid silent tender urban vivid wooden broken clever distant eager fragile humble icy jolly keen loyal mellow noble odd plain rare sharp tidy useful warm young bitter calm dusty'.split(
    ' ',
  )
export const verbs =
  'carries follows paints borrows gathers lifts opens watches builds repairs hides washes crosses admires collects delivers enjoys finds guards handles invites joins keeps lends measures notices offers prepares questions reaches'.split(
    ' ',
  )

const SPINS: Readonly<Record<string, readonly string[]>> = {
  hello: ['Hi', 'Hello', 'Dear owner', 'Good day', 'Greetings', 'Hey there'],
  found: ['came across', 'was looking at', 'visited', 'found', 'was going through', 'just reviewed'],
  site: ['your website', 'your site', 'your web site', 'your page'],
  noticed: ['noticed', 'saw', 'realized', 'could see', 'observed'],
  low: [
    'it is not ranking well',
    'you are not on the first page of Google',
    'you miss out on organic traffic',
  ],
  offer: ['We offer an affordable SEO package', 'Our SEO agency can help', 'We provide SEO services'],
  gain: ['increase your traffic', 'rank your site higher', 'boost your traffic', 'get you quality backlinks'],
  month: ['within 3 months', 'in 90 days', 'in a few weeks', 'very soon'],
  price: ['from $99 per month', 'at a fair price', 'with no obligation', 'risk-free'],
  reply: [
    'Reply to get a free audit',
    'Shall I send you a quote',
    'Interested? Just reply',
    'Let me know if I can send details',
  ],
}

/** A letter that is put together anew each time, as mass mailings are. */
export function spunOffer(chance: Seeded): string {
  const spin = (name: string) => chance.pick(SPINS[name] ?? [''])
  return `${spin('hello')}, I ${spin('found')} ${spin('site')} and ${spin('noticed')} that ${spin('low')}. ${spin('offer')} to ${spin('gain')} ${spin('month')}, ${spin('price')}. ${spin('reply')}.`
}

/** Words of a dictionary in a row. */
export function dictionaryWords(chance: Seeded, count: number): string {
  return Array.from({ length: count }, () => chance.pick([...nouns, ...adjectives, ...verbs])).join(' ')
}

const FRAMES: readonly ((chance: Seeded) => string)[] = [
  c => `The ${c.pick(adjectives)} ${c.pick(nouns)} ${c.pick(verbs)} the ${c.pick(nouns)}.`,
  c => `My ${c.pick(nouns)} is ${c.pick(adjectives)} and my ${c.pick(nouns)} is ${c.pick(adjectives)}.`,
  c => `I would like a ${c.pick(adjectives)} ${c.pick(nouns)} for the ${c.pick(nouns)}.`,
  c => `Do you have the ${c.pick(nouns)} in ${c.pick(adjectives)}, please?`,
  c =>
    `Every ${c.pick(nouns)} ${c.pick(verbs)} a ${c.pick(adjectives)} ${c.pick(nouns)} with some ${c.pick(nouns)}.`,
  c => `When a ${c.pick(nouns)} ${c.pick(verbs)}, our ${c.pick(nouns)} ${c.pick(verbs)} too.`,
]

/** Sentences that hold together and say nothing. */
export function dictionarySentences(chance: Seeded, count: number): string {
  return Array.from({ length: count }, () => chance.pick(FRAMES)(chance)).join(' ')
}

export function randomLetters(chance: Seeded, length: number): string {
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
  return Array.from({ length }, () => chance.pick([...letters])).join('')
}
