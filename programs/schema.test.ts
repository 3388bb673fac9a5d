import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { describeSchema, SCHEMA_FILE } from './schema.ts'

it('the types of all tables are what the migrations make; if not, run npm run schema', async () => {
  assert.equal(readFileSync(SCHEMA_FILE, 'utf8'), await describeSchema())
})
