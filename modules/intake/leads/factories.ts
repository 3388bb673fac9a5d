import assert from 'node:assert/strict'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { intakeModule } from '../index.ts'

/** Who asks; left out, somebody who may do and see everything. */
export interface Asking {
  readonly userId?: string
  readonly can?: (permission: string) => boolean
  readonly visibility?: Visibility
}

/** A database of leads and the servers that are asked about them. */
export interface LeadTest {
  readonly t: TestKit
  /** A server for whoever asks in an organization; closed with the rest. */
  serve(orgId: string, by?: Asking): Promise<TestServer>
  close(): Promise<void>
}

/** A fresh database with everything that leads need, for the tests of a file. */
export async function openLeadTest(): Promise<LeadTest> {
  const modules = [iamModule, crmModule, intakeModule]
  const t = await testKit({ modules, env: { LOG_LEVEL: 'error' } })
  const servers: TestServer[] = []
  return {
    t,
    async serve(orgId, { userId = newId(), can, visibility = {} } = {}) {
      const signIn = signedInAs(orgId, userId, can)
      const server = await testServer(t, modules, async (...asked) => {
        const principal = await signIn(...asked)
        return principal && { ...principal, visibility }
      })
      servers.push(server)
      return server
    },
    async close() {
      for (const server of servers) await server.close()
      await t.close()
    },
  }
}

/** Fails unless the API refuses, with this code and, where one is said, about this part of the request. */
export async function assertRefused(work: Promise<unknown>, code: string, pointer?: string): Promise<void> {
  const error = await work.then(
    () => assert.fail(`It was accepted, and not refused with ${code}.`),
    (caught: unknown) => caught,
  )
  assert.ok(error instanceof ProblemError, String(error))
  assert.equal(error.code, code)
  if (pointer !== undefined) assert.equal(error.problem.errors?.[0]?.pointer, pointer)
}
