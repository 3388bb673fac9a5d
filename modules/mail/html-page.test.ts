import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HTML_BODY_POLICY, htmlBodyPage } from './html-page.ts'

test('the page of a body allows no source but what the message itself carries, and has no origin', () => {
  const directives = new Map(
    HTML_BODY_POLICY.split('; ').map(directive => {
      const [name = '', ...sources] = directive.split(' ')
      return [name, sources.join(' ')]
    }),
  )
  assert.equal(directives.get('default-src'), "'none'")
  assert.equal(directives.get('img-src'), 'data:')
  assert.equal(directives.get('style-src'), "'unsafe-inline'")
  assert.equal(directives.get('form-action'), "'none'")
  assert.equal(directives.get('frame-ancestors'), "'self'")
  assert.equal(directives.get('sandbox'), '')
  assert.equal(directives.has('script-src'), false)
})

test('a body is shown exactly as it was written', () => {
  const html = '<html><body><script>alert(1)</script><p style="color:red">Hello</p></body></html>'
  const answer = htmlBodyPage(html)
  assert.ok(String(answer.body).includes(html))
  assert.equal(answer.headers['content-security-policy'], HTML_BODY_POLICY)
  assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8')
})
