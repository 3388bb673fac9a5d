import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asksForMore, FRAME_POLICY, frameDocument } from './frame-document.ts'

test('the policy that forbids everything comes before anything of the message', () => {
  const html = '<head><script>alert(1)</script></head><img src=https://track.example/pixel>'
  const document = frameDocument(html)
  assert.ok(document.indexOf(FRAME_POLICY) < document.indexOf(html))
  assert.match(document, /^<!doctype html><html><head><meta charset="utf-8"><meta http-equiv/)
})

test('the policy allows no source but what the message itself carries', () => {
  const sources = FRAME_POLICY.split('; ').map(directive => directive.split(' ').slice(1).join(' '))
  assert.deepEqual(sources, ["'none'", "'unsafe-inline'", 'data:', "'none'", "'none'"])
})

test('a body that wants something from elsewhere is recognized', () => {
  assert.ok(asksForMore('<p>Hello</p><img alt="" src="https://cdn.example/logo.png">'))
  assert.ok(asksForMore('<link rel=stylesheet href=//fonts.example/a.css>'))
  assert.ok(asksForMore('<td style="background: url( \'http://cdn.example/a.png\')">'))
})

test('links and pictures inside the message are nothing from elsewhere', () => {
  assert.ok(!asksForMore('<a href="https://acme.example">Acme</a> <img src="data:image/png;base64,AAAA">'))
  assert.ok(!asksForMore('<style>p { color: red }</style><p>https://acme.example</p>'))
})
