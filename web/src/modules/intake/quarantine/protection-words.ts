/** What judging a submission means for whoever sends it. */
export const SPAM_WORDS =
  'What visitors send is judged here; no other service sees it. What is held back makes no lead until somebody releases it, and its sender is thanked like everybody.'

/** What a captcha does, and what it costs. */
export const CAPTCHA_WORDS =
  'A service of somebody else that asks visitors to prove that they are people. What comes without its answer is held back, also from visitors without JavaScript. While the service is away, everything is held back and nothing is lost.'
