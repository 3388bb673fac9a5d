import type { FastifyInstance } from 'fastify'
import type { AnyRoute } from '../contract/route.ts'
import { parseJson } from './json.ts'

const JSON_TYPE = /^application\/json(; ?charset=utf-8)?$/i
const FORM_TYPE = /^application\/x-www-form-urlencoded(; ?charset=utf-8)?$/i

/** Whether a route with a body takes one of this content type. */
export function takesType(route: AnyRoute, contentType = ''): boolean {
  return JSON_TYPE.test(contentType) || (route.form === true && FORM_TYPE.test(contentType))
}

/** JSON and nothing that merely resembles it; form posts only where a route says so. */
export function readBodiesStrictly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJson(body as Buffer))
    } catch (error) {
      done(error as Error)
    }
  })
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer' },
    (_request, body, done) => {
      const fields: Record<string, string | string[]> = Object.create(null)
      for (const [name, value] of new URLSearchParams((body as Buffer).toString('utf8'))) {
        const before = fields[name]
        fields[name] =
          before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value]
      }
      done(null, { ...fields })
    },
  )
}

/** A file is read while it comes, by whoever takes it in. */
export function leaveBodiesUnread(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
}

/** A signature is over the bytes that were sent, so nothing may read them before it is checked. */
export function readBodiesAsBytes(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}
