import { defineErrors } from '../errors.ts'

/** What can be wrong with files. */
export const fileErrors = defineErrors('files', {
  empty: { status: 422, title: 'This file is empty.', detail: 'Nothing was kept. Choose another one.' },
  too_large: { status: 413, title: 'This file is too large.', detail: 'Nothing was kept.' },
  interrupted: {
    status: 400,
    title: 'The file did not arrive whole.',
    detail: 'Nothing was kept. Send it again.',
  },
  damaged: {
    status: 500,
    title: 'This file is not as it was when it came.',
    detail: 'It is not given out. Ask whoever looks after the installation for the copy in a backup.',
  },
})
