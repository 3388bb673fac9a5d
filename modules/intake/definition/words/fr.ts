import type { FormWords } from './form-words.ts'

export const fr: FormWords = {
  send: 'Envoyer',
  thankYou: 'Merci',
  received: 'Nous avons bien reçu vos réponses.',
  optional: 'facultatif',
  choose: 'Choisissez une réponse',
  leaveEmpty: 'Laissez ce champ vide',
  ifItApplies: 'Laissez ce champ vide s’il ne concerne pas vos réponses ci-dessus.',
  keepAnswers:
    'Conserver mes réponses pendant 30 jours avant l’envoi, afin que je puisse continuer plus tard.',
  madeWith: 'Créé avec Millrace',
  failed:
    'Vos réponses n’ont pas pu être enregistrées pour le moment. Elles sont toujours là : renvoyez le formulaire dans un instant.',
  notAsked: 'Le formulaire n’a pas été envoyé : il contient quelque chose qui n’était pas demandé.',
  sentTooFast:
    'C’était trop rapide pour une saisie. Rien n’a été enregistré. Veuillez envoyer le formulaire encore une fois.',
  pageExpired:
    'Cette page est ouverte depuis plus d’un jour. Rien n’a été enregistré. Veuillez envoyer le formulaire encore une fois.',
  notRecognized:
    'Cette page n’a pas été reconnue. Rien n’a été enregistré. Veuillez envoyer le formulaire encore une fois.',
  sentBefore:
    'Vos premières réponses sont déjà arrivées. Celles-ci sont différentes et n’ont pas été enregistrées. Envoyez le formulaire encore une fois pour les ajouter.',
  tooManyPosts:
    'Ce formulaire a été envoyé trop souvent d’ici. Rien n’a été enregistré. Attendez une minute, puis renvoyez-le.',
  closed: 'Ce formulaire n’accepte plus de réponses.',
  closedHelp: 'Demandez à la personne qui vous l’a envoyé comment la joindre.',
  preview: 'Ceci est un aperçu. Rien n’a été envoyé.',
  unfinished: 'Cette question n’est pas encore terminée.',
  needed: 'Ce champ est obligatoire.',
  neededEmail: 'Indiquez votre adresse e-mail.',
  neededPhone: 'Indiquez un numéro de téléphone.',
  neededUrl: 'Indiquez l’adresse d’une page.',
  neededChoice: 'Choisissez une réponse.',
  neededChoices: 'Choisissez au moins une réponse.',
  neededNumber: 'Indiquez un nombre.',
  neededDate: 'Indiquez une date.',
  neededTick: 'Cochez cette case pour continuer.',
  tooLong: 'Utilisez au plus {max} caractères.',
  tooShort: 'Utilisez au moins {min} caractères.',
  singleLine: 'Utilisez une seule ligne.',
  notAnEmail: 'Indiquez une adresse e-mail comme nom@example.com.',
  notAPhone: 'Indiquez un numéro de téléphone comme +33 6 12 34 56 78.',
  notAUrl: 'Indiquez l’adresse d’une page comme https://example.com.',
  notAnOption: 'Choisissez l’une des réponses de la liste.',
  notOptions: 'Choisissez parmi les réponses de la liste.',
  tooFew: 'Choisissez-en au moins {min}.',
  tooMany: 'Choisissez-en au plus {max}.',
  notANumber: 'Indiquez un nombre sans espaces, par exemple 1500 ou 12,5.',
  notWhole: 'Indiquez un nombre entier.',
  tooSmall: 'Indiquez {min} ou plus.',
  tooLarge: 'Indiquez {max} ou moins.',
  notADate: 'Indiquez une date qui existe, par exemple 2026-11-30.',
  tooEarly: 'Indiquez une date à partir du {min}.',
  tooLate: 'Indiquez une date jusqu’au {max}.',
}
