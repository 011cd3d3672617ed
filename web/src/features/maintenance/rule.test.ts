import { expect, test } from 'vitest'
import { fromRule, ONCE, toRule } from './rule'

test.each([
  null,
  'FREQ=DAILY',
  'FREQ=WEEKLY;BYDAY=MO,SU',
  'FREQ=MONTHLY;BYMONTHDAY=31',
  'FREQ=MONTHLY;BYDAY=-1FR',
  'FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
])('the rule %s stays itself through the form', (rule) => {
  expect(toRule(fromRule(rule))).toBe(rule)
})

test('what the form has no fields for stays as written', () => {
  expect(fromRule('FREQ=WEEKLY;INTERVAL=2;BYDAY=SU').kind).toBe('rule')
  expect(fromRule('FREQ=MONTHLY;BYDAY=5MO').kind).toBe('rule')
  expect(fromRule('FREQ=WEEKLY;BYDAY=XX').kind).toBe('rule')
})

test('days stand in the order of the week however they were chosen', () => {
  expect(toRule({ ...ONCE, kind: 'weekly', days: ['SU', 'MO'] })).toBe('FREQ=WEEKLY;BYDAY=MO,SU')
})
