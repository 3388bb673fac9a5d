/** What the page of a form says by itself, beside what its script says. `{min}` and `{max}` stand for what is put there. */
export interface FormWords {
  /** What stands on the page. */
  readonly send: string
  readonly thankYou: string
  readonly received: string
  readonly optional: string
  readonly choose: string
  readonly leaveEmpty: string
  readonly ifItApplies: string
  readonly keepAnswers: string
  readonly madeWith: string
  /** What becomes of sending it. */
  readonly failed: string
  readonly notAsked: string
  readonly sentTooFast: string
  readonly pageExpired: string
  readonly notRecognized: string
  readonly sentBefore: string
  readonly tooManyPosts: string
  readonly closed: string
  readonly closedHelp: string
  readonly preview: string
  readonly unfinished: string
  /** What is wrong with an answer. */
  readonly needed: string
  readonly neededEmail: string
  readonly neededPhone: string
  readonly neededUrl: string
  readonly neededChoice: string
  readonly neededChoices: string
  readonly neededNumber: string
  readonly neededDate: string
  readonly neededTick: string
  readonly tooLong: string
  readonly tooShort: string
  readonly singleLine: string
  readonly notAnEmail: string
  readonly notAPhone: string
  readonly notAUrl: string
  readonly notAnOption: string
  readonly notOptions: string
  readonly tooFew: string
  readonly tooMany: string
  readonly notANumber: string
  readonly notWhole: string
  readonly tooSmall: string
  readonly tooLarge: string
  readonly notADate: string
  readonly tooEarly: string
  readonly tooLate: string
}
