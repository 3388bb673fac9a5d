import { z } from 'zod'

/** Names that mean something else to JavaScript than to people; templates refuse them too. */
const RESERVED_KEYS = ['constructor', 'prototype']

/** What a field is called in answers, templates and conditions. */
export const FieldKey = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, 'Use lower-case letters, digits and _, beginning with a letter.')
  .refine(key => !RESERVED_KEYS.includes(key), 'This key is reserved.')
