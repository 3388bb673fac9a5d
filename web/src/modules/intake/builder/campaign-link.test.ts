import assert from 'node:assert/strict'
import { it } from 'node:test'
import { campaignLink } from './campaign-link.ts'

it('a link names its campaign, escaped, and none when there is none', () => {
  const url = 'https://forms.example.com/f/bcdfghjkmnpqrstvwxz2345'
  assert.equal(campaignLink(url, ' spring & fair '), `${url}?utm_campaign=spring+%26+fair`)
  assert.equal(campaignLink(url, ' '), url)
})
