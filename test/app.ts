import type { AddressInfo } from 'node:net'
import { authenticate } from '#modules/iam/index.ts'
import { modules } from '#programs/modules.ts'
import { createServer } from '#programs/server.ts'
import { subscriptions } from '#programs/subscriptions.ts'
import { serveWebApp } from '#programs/web-app.ts'
import { WEB_DIR } from '#programs/web-build.ts'
import { startWorker } from '#programs/worker.ts'
import { type TestKit, testKit } from './database.ts'
import { type SignedIn, signedInOwner } from './people.ts'

/** The whole product on a test database: API, web app and worker. */
export interface TestApp extends TestKit {
  /** Origin as a browser should open it, so that session cookies are accepted. */
  url: string
  /** A new organization's owner, signed in. */
  owner(): Promise<SignedIn>
}

/** Starts the product on a free port; `env` overrides settings. */
export async function testApp(env: Record<string, string> = {}): Promise<TestApp> {
  const t = await testKit({ modules, reactions: subscriptions, env })
  const stopWorker = await startWorker(t.kit, t.ownerUrl)
  const app = await createServer(t.kit, modules, authenticate)
  await serveWebApp(app, t.kit, WEB_DIR)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const url = `http://localhost:${(app.server.address() as AddressInfo).port}`
  return {
    ...t,
    url,
    owner: () => signedInOwner(t.kit, url),
    async close() {
      await app.close()
      await stopWorker()
      await t.close()
    },
  }
}
