/**
 * The words that no sentence does without, of the languages that are written with Latin letters and whose forms we meet
 * most: without accents, in small letters. A text of many words in which none of them stands is no sentence.
 */
const FUNCTION_WORDS = `
  a an and are as at be been but by can could do does for from had has have he her his how i if in into is it its just me my
  no not of on or our please she should so some than that the their them there they this to too us was we were what when
  where which who will with would you your im id ive dont
  au aux avec ce ces cette chez comme comment dans de des du elle en est et etre il ils j je jai la le les leur lui ma mais
  me mes mon ne nous on ou par pas plus pour pouvez que qui sa sans se ses si son sont sur tout un une vos votre vous y
  aber als am auch auf aus bei bin bis bitte da das dass dem den der die dies diese doch ein eine einen einer er es fur habe
  haben hat ich ihr ihre im ist kann konnen mein mit nach nicht noch nur oder ob sehr sich sie sind und uns unser vom von vor
  war was wenn wie wir wird zu zum zur
  al como con cual cuando de del desde donde el ella en era es esta este esto hay la las lo los mas me mi mis muy nos o para
  pero por porque que quiero se ser si sin sobre su sus te tengo todo un una uno y ya yo
  ai alla anche che chi ci come con cosa da dal dalla de dei del della di e ed gli ha ho il in io la le lei lo ma mi mio nel
  nella noi non o per piu quando questa questo se si sono sta su tra tu un una vi vorrei
  aan als ben bij dan dat de deze die dit door een en er had heb heeft het hoe ik in is je jullie kan maar me met mijn naar
  niet nog of om ons ook op over te tot uit uw van voor wat we wel werd wij wil worden zijn zou
  ao aos as com como da das de do dos e ela em era essa esse esta este eu foi ha isso ja la mais mas me meu minha muito na
  nao nas no nos o os ou para pela pelo por qual quando que se sem ser seu so sua tem um uma voce
  att av den det en ett for fran har hur i inte jag kan med mig min och om pa som till var vi vill
  af at de den der det en er et fra jeg har ikke kan med mig og om pa som til vi vil
  ale bardzo by byc co czy dla do i jak jest ja ma mam moge na nie o od po prosze przez sie tak to w z za ze
  a aby ale by co do i ja jak je jeho jsem ktery mam na ne nebo o od po pro prosim se si ten to tu u v ve z za ze
  az a az be de egy el es ez fel hogy igen is ki kell le meg mi mint nagyon nem o szeretnek van vagy volt
  bir bu da de gibi icin ile istiyorum ki mi ne ve var ya cok ben nasil size
  ei ettai etta han ja jos kun me mina mika minun mutta niin on oli ovat se sen tama tai vain voi
  acest ca care ce cu de din este fi in la mai nu o pe pentru sa se si sunt un va vreau
  ada adalah akan anda atau dalam dan dari dengan di ini itu juga ke pada saya untuk yang tidak bisa
  la va cua co khong toi cho voi nhung duoc mot cac trong den nay muon
`

export const functionWords: ReadonlySet<string> = new Set(FUNCTION_WORDS.split(/\s+/).filter(Boolean))

/**
 * What letters to every form of the web offer. Folded as texts are; each counts once. An agency may write some of it in
 * earnest, so that one of them alone decides nothing.
 */
export const soldPhrases: readonly RegExp[] = [
  /\bback ?links?\b/,
  /\b(?:guest|sponsored) post/,
  /\b(?:first|top|1st) (?:page|position|spot) (?:of|on|in) (?:google|search)/,
  /\b(?:rank|ranking|ranks) (?:of |for )?(?:your|higher|on google|#? ?1)/,
  /\bseo (?:service|package|expert|agency|audit|compan)/,
  /\b(?:increase|boost|drive|more|free|targeted|organic) (?:your |website |organic |web )?traffic\b/,
  /\bdomain (?:authority|rating)\b/,
  /\b(?:web ?site|web) (?:design|development|redesign) (?:service|compan|offer)/,
  /\b(?:came across|visited|looking (?:at|through)|found|reviewed) your (?:web ?site|site|page|business)\b/,
  /\b(?:email|mailing|leads?) (?:list|database)s? (?:of|for sale|at)\b/,
  /\bcontact form (?:marketing|submission|blast)|\bmillions? of (?:contact forms|websites)\b/,
  /\b(?:crypto|bitcoin|btc|forex|usdt|ethereum)\b/,
  /\b(?:passive income|earn (?:up to )?\$|make money (?:online|fast|from)|financial freedom|per day from home)/,
  /\b(?:casino|jackpot|betting|poker|slots?|free spins|gambling|казино|ставки)\b/,
  /\b(?:viagra|cialis|tramadol|xanax|pharmacy|weight loss|keto|cbd oil|testosterone)\b/,
  /\b(?:hot|sexy|lonely|naked) (?:girls?|women|singles|ladies)|\b(?:porn|webcam girls?|escorts?|dating site)\b/,
  /\b(?:business|personal|quick|instant|unsecured) (?:loan|funding|capital)s?\b|\bline of credit\b/,
  /\b(?:replica|cheap|discount) (?:watches|rolex|handbags|ray ?bans|nike)/,
  /\b(?:winner|inheritance|beneficiary|next of kin|lottery|unclaimed)\b/,
  /\b(?:click (?:here|the link|below)|limited time offer|act now|100% (?:free|guaranteed)|no obligation|risk[- ]free)\b/,
  /\bbuy (?:instagram|facebook|youtube|tiktok|real) (?:followers|likes|views|reviews)|\b(?:followers|likes) for cheap\b/,
  /(?:заработ|кредит|скидк|продвижени|рассылк|купить ссылк|прогон)/,
  /\b(?:gagnez|revenus? passifs?|referencement (?:seo|garanti)|rencontres? coquines?|pret (?:rapide|entre particuliers))\b/,
  /\b(?:geld verdienen|kredit ohne schufa|suchmaschinenoptimierung angebot|passives einkommen)\b/,
  /\b(?:prestamo rapido|ganar dinero|posicionamiento seo|ingresos pasivos)\b/,
]

/** What hides where a link leads. */
export const SHORTENED =
  /\b(?:bit\.ly|tinyurl\.com|t\.ly|cutt\.ly|is\.gd|v\.gd|goo\.gl|rb\.gy|ow\.ly|shorturl\.at|telegra\.ph|t\.me|clck\.ru|s\.id|u\.to)\//i

/** Addresses that are made for one e-mail and thrown away. People use them too, to be left in peace. */
export const disposableDomains: ReadonlySet<string> = new Set(
  `10minutemail.com 20minutemail.com 33mail.com anonbox.net burnermail.io byom.de cock.li discard.email dispostable.com
   dropmail.me emailondeck.com fakeinbox.com fakemail.net getairmail.com getnada.com grr.la guerrillamail.biz
   guerrillamail.com guerrillamail.net guerrillamail.org guerrillamailblock.com harakirimail.com inboxbear.com
   inboxkitten.com incognitomail.org jetable.org linshiyouxiang.net maildrop.cc mailcatch.com maildax.com mailexpire.com
   mailinator.com mailinator.net mailnesia.com mailnull.com mailpoof.com mailsac.com mailslurp.com mailtemp.net mintemail.com
   moakt.cc moakt.com mohmal.com mytemp.email mytrashmail.com nada.email nowmymail.com pokemail.net sharklasers.com
   spam4.me spambog.com spambox.us spamex.com spamgourmet.com temp-mail.io temp-mail.org tempail.com tempinbox.com
   tempmail.dev tempmail.net tempmail.plus tempmailo.com tempr.email throwam.com throwawaymail.com tmail.ws tmpmail.net
   tmpmail.org trash-mail.com trashmail.com trashmail.de trashmail.net trbvm.com wegwerfmail.de yopmail.com yopmail.fr
   yopmail.net`.split(/\s+/),
)
