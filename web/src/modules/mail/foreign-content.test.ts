import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asksForMore } from './foreign-content.ts'

test('a body that wants something from elsewhere is recognized', () => {
  assert.ok(asksForMore('<p>Hello</p><img alt="" src="https://cdn.example/logo.png">'))
  assert.ok(asksForMore('<link rel=stylesheet href=//fonts.example/a.css>'))
  assert.ok(asksForMore('<td style="background: url( \'http://cdn.example/a.png\')">'))
})

test('links and pictures inside the message are nothing from elsewhere', () => {
  assert.ok(!asksForMore('<a href="https://acme.example">Acme</a> <img src="data:image/png;base64,AAAA">'))
  assert.ok(!asksForMore('<style>p { color: red }</style><p>https://acme.example</p>'))
})
