import { visitLimit } from '../visits.ts'

/** Counts one file to a form from one address, against FORM_POSTS_PER_MINUTE; posts of the form are counted apart. */
export const takeTurn = visitLimit(kit => kit.config.formPostsPerMinute)
