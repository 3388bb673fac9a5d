import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FieldType, operatorsOf } from '#modules/intake/contract.ts'
import { conditionOn } from './answer-condition.ts'

test('a first condition is one the answer can be asked', () => {
  for (const type of FieldType.options) {
    const condition = conditionOn({ key: 'a', type, options: ['x'] })
    assert.ok(operatorsOf(type).includes(condition.operator), type)
  }
})
